import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitServer, startGitServer } from "./git-server.ts";

const run = promisify(execFile);
let folder: string;
let server: GitServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "errand-git-"));
  await git("init", "-q", "--bare", "-b", "main", join(folder, "root", "sample.git"));
});
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

function git(...args: string[]) {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  return run("git", [...identity, ...args], {
    env: { PATH: process.env.PATH, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  });
}

async function start(basicAuth?: { username: string; password: string }) {
  server = await startGitServer({ root: join(folder, "root"), path: process.env.PATH ?? "", basicAuth });
  return server.url;
}

async function pushOneCommit(url: string, size: number) {
  const work = join(folder, "work");
  await git("init", "-q", "-b", "main", work);
  await writeFile(join(work, "big.bin"), randomBytes(size));
  await git("-C", work, "add", ".");
  await git("-C", work, "commit", "-q", "-m", "first");
  await git("-C", work, "push", "-q", url, "main");
}

test("push, then a shallow clone, over the real protocol", async () => {
  const url = `${await start()}/sample.git`;
  // Over git's http.postBuffer of 1 MB the push is sent in chunks.
  await pushOneCommit(url, 3_000_000);
  await git("clone", "-q", "--depth", "1", url, join(folder, "clone"));
  expect((await readFile(join(folder, "clone", "big.bin"))).length).toBe(3_000_000);
});

test("with basic auth only the right password is let in", async () => {
  const url = new URL(`${await start({ username: "x", password: "s3cret" })}/sample.git`);
  await expect(git("ls-remote", url.href)).rejects.toThrow(/could not read Username|Authentication failed/);
  url.username = "x";
  url.password = "wrong";
  await expect(git("ls-remote", url.href)).rejects.toThrow("Authentication failed");
  url.password = "s3cret";
  await pushOneCommit(url.href, 10);
  expect((await git("ls-remote", url.href)).stdout).toContain("refs/heads/main");
});

test.each([
  ["/none.git", 404],
  ["/%2e%2e/%2e%2e/etc/passwd", 400],
  ["/%zz", 400],
])("%s is refused", async (path, status) => {
  const { hostname, port } = new URL(await start());
  const refused = new Promise<number | undefined>((resolve, reject) => {
    get({ hostname, port, path: `${path}/info/refs?service=git-upload-pack` }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
  expect(await refused).toBe(status);
});
