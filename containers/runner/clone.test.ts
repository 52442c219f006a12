import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type * as http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "../../gateway/testing/gateway.ts";
import { checkOut, gitConfigFile } from "./checkout.ts";
import { makeRunDirectory } from "./run-directory.ts";

const sourceUrl = "https://git.example.com/a/b";
const directories: string[] = [];

afterEach(async () => {
  await closeGateways();
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** What the run says when its repository's host answers so. */
async function cloneFrom(host: http.RequestListener): Promise<unknown> {
  const { url } = await testGateway(host, { sourceUrl, gitToken: "git-token" });
  const root = mkdtempSync(join(tmpdir(), "clone-"));
  directories.push(root);
  const directory = await makeRunDirectory(root, undefined);
  const { signal } = new AbortController();
  const path = process.env.PATH ?? "";
  return checkOut({ sourceUrl, gatewayUrl: url, directory, path, user: undefined, stop: signal }).then(
    () => undefined,
    (error) => error,
  );
}

describe("a clone that the gateway refuses says why in plain words", () => {
  const refs = "info/refs?service=git-upload-pack";

  test.each([
    ["leads to another host", `https://evil.example/a/b/${refs}`, "git.example.com sends git on to evil.example."],
    ["has a new name", `/new/b/${refs}`, "The repository has moved to https://git.example.com/new/b:"],
  ])("where the repository %s", async (_, location, words) => {
    const error = await cloneFrom((_, response) => response.writeHead(301, { location }).end());
    expect(error).toMatchObject({ code: "CLONE_FAILED", message: expect.stringContaining(words) });
  });

  test("where a page to sign in is all there is", async () => {
    const error = await cloneFrom((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
    });
    const message = expect.stringContaining("git.example.com did not answer as a git server does.");
    expect(error).toMatchObject({ code: "CLONE_FAILED", message });
  });

  test("where the host refuses the token", async () => {
    const error = await cloneFrom((_, response) =>
      response.writeHead(401, { "www-authenticate": "Basic" }).end("no\n"),
    );
    const message = expect.stringContaining("git.example.com asks for a git token, or refuses the one it got.");
    expect(error).toMatchObject({ code: "CLONE_FAILED", message });
  });
});

describe("the agent's own git", () => {
  const addressOf = (source: string, asked: string) => {
    const home = mkdtempSync(join(tmpdir(), "home-"));
    directories.push(home);
    const config = join(home, ".gitconfig");
    execFileSync("tee", [config], { input: gitConfigFile("http://127.0.0.1:9/pass", source) });
    const env = { PATH: process.env.PATH ?? "", GIT_CONFIG_GLOBAL: config, GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", ["ls-remote", "--get-url", asked], { cwd: home, env, encoding: "utf8" }).trim();
  };

  test.each([
    "https://git.example.com/a/b",
    "https://git.example.com/a/b.git",
    "git@git.example.com:a/b.git",
    "ssh://git@git.example.com/a/b",
  ])("reaches the task's repository through the gateway as %s", (asked) => {
    for (const source of [sourceUrl, `${sourceUrl}.git`, `${sourceUrl}/#main`]) {
      const suffix = asked.endsWith(".git") ? ".git" : "";
      expect(addressOf(source, asked)).toBe(`http://127.0.0.1:9/pass/git/git.example.com/a/b${suffix}`);
    }
  });

  test.each(["https://git.example.com/a/other.git", "git@git.example.com:x/b.git", "https://github.com/a/b"])(
    "asks for %s directly, without a token",
    (asked) => {
      expect(addressOf(sourceUrl, asked)).toBe(asked);
    },
  );
});
