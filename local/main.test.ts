import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isTerminal } from "../contract/run.ts";
import { ensureAgentCli } from "./agent-clis.ts";
import { demoKeys } from "./demo/key.ts";
import {
  type DeafServer,
  deafServer,
  freePort,
  offline,
  patience,
  run,
  type Started,
  startMain,
  temporaryFolder,
} from "./main.fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let started: Started[];
beforeEach(async () => {
  folder = await temporaryFolder();
  started = [];
});
afterEach(async () => {
  for (const one of started)
    if (one.child.exitCode === null && one.child.signalCode === null) await one.stop("SIGTERM");
  await folder.remove();
});

function start(...args: string[]): Started {
  return track(startMain(folder.path, args));
}

function track(one: Started): Started {
  started.push(one);
  return one;
}

/** A run that has come to its clone, where it stays until the server that never answers is closed. */
async function hangingRun(server: Started, deaf: DeafServer): Promise<string> {
  const client = await server.client();
  await client.putCredential({
    params: { agentType: "claude-runner" },
    body: { kind: "anthropicapikey", value: "sk-ant-nobody", force: true },
  });
  const sourceUrl = `https://127.0.0.1:${deaf.port}/hangs.git`;
  const task = await client.createTask({ body: { name: "hangs", prompt: "Wait.", sourceUrl } });
  const { id } = await client.runTask({ params: { taskId: task.id } });
  await vi.waitUntil(deaf.called, patience);
  expect((await client.getRun({ params: { runId: id } })).status).toBe("PROCESSING");
  return id;
}

/** What of a folder, itself included, is not its owner's alone. */
async function othersMayRead(path: string): Promise<string[]> {
  return (await run("find", [path, "-perm", "/077", "-printf", "%m %P\\n"])).stdout.split("\n").filter(Boolean);
}

async function ended(server: Started, runId: string) {
  const client = await server.client();
  const get = () => client.getRun({ params: { runId } });
  await vi.waitUntil(async () => isTerminal((await get()).status), patience);
  return await get();
}

test("on an empty data directory it does the main job once, whole", { timeout: 300_000 }, async () => {
  const first = start("--port", "0");
  await first.printed(/Change +git -C/);
  const output = first.output();
  for (const text of ["/api/sign-in?token=", folder.path, "Ctrl-C", "Bash $ node --test", "The agent is done."]) {
    expect(output).toContain(text);
  }
  expect(output).toMatch(/Status +Completed/);
  expect(output).toMatch(/Cost +\$0\.\d{4}/);
  expect(output).toMatch(/Duration +\d+\.\d s/);

  const log = await run("git", ["-C", join(folder.path, "git", "sample.git"), "log", "--format=%an: %s", "main"]);
  expect(log.stdout).toBe(
    "Errand agent: Drop dashes at the ends of a slug, so that punctuation leaves none\nErrand sample: Turn titles into slugs\n",
  );
  const [mail = ""] = await readdir(join(folder.path, "mail"));
  expect(output).toContain(mail);
  expect(await readFile(join(folder.path, "mail", mail), "utf8")).toMatch(/Subject: \[Errand\] demo: Completed/);
  expect(await othersMayRead(folder.path)).toEqual([]);
  expect(await first.stop("SIGINT")).toBe(0);
  expect(await readdir(folder.path)).not.toContain("server.json");

  // As an earlier version left them.
  for (const name of ["stream.sqlite", "dynamodb/table.sqlite"]) await chmod(join(folder.path, name), 0o644);
  await chmod(join(folder.path, "work"), 0o755);
  const again = start("--port", "0");
  await again.printed("Stop");
  expect(await othersMayRead(folder.path)).toEqual([]);
  const client = await again.client();
  const { items } = await client.listRuns();
  expect(items.map(({ taskName, status }) => [taskName, status])).toEqual([["demo", "DONE"]]);
  const runId = items[0]?.id ?? "";
  expect((await client.getRunLogs({ params: { runId } })).lines.length).toBeGreaterThan(5);
  expect((await client.listKeys()).items).toHaveLength(1);

  // What the scripted model says when there is nothing left to correct.
  const { id } = await client.runTask({ params: { taskId: items[0]?.taskId ?? "" } });
  expect((await ended(again, id)).result).toContain("nothing to correct");
  expect(again.output()).not.toContain("Sample task");
});

test("the sign-in link signs in, and the console is at the printed address", { timeout: 60_000 }, async () => {
  const server = start("--port", "0", "--no-demo");
  await server.printed("Stop");
  const link = /Sign in +(\S+)/.exec(server.output())?.[1] ?? "";
  const response = await fetch(link, { redirect: "manual" });
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { url } = await server.server();
  const session = await fetch(`${url}/api/session`, { headers: { cookie } });
  expect([response.status, await session.json()]).toMatchObject([303, { role: "owner", via: "session" }]);
  expect(response.headers.get("location")).toBe("/");
  expect(await (await fetch(url)).text()).toContain('<div id="root">');
  expect(server.output()).not.toContain("Sample task");
});

test("two servers cannot share a data directory, and the second says why", { timeout: 60_000 }, async () => {
  const first = start("--port", "0", "--no-demo");
  await first.printed("Stop");
  const second = start("--port", "0", "--no-demo");
  await second.printed(new RegExp(`held by process ${first.child.pid}\\. Stop that process, or use another folder`));
  expect((await first.server()).pid).toBe(first.child.pid);
});

test("a run outlives a server that is killed, and reports to the next one, whatever its port", {
  timeout: 300_000,
}, async () => {
  const deaf = await deafServer();
  const first = start("--port", String(await freePort()), "--no-demo");
  await first.printed("Stop");
  const runId = await hangingRun(first, deaf);
  await first.stop("SIGKILL");

  const second = start("--port", String(await freePort()), "--no-demo");
  await second.printed("Stop");
  const client = await second.client();
  expect((await client.getRun({ params: { runId } })).status).toBe("PROCESSING");
  await deaf.close();
  expect(await ended(second, runId)).toMatchObject({ status: "FAILED", attempt: 1, error: { code: "CLONE_FAILED" } });
});

test("a run that is stopped with the server starts anew with the next one", { timeout: 300_000 }, async () => {
  const deaf = await deafServer();
  const first = start("--port", "0", "--no-demo");
  await first.printed("Stop");
  const runId = await hangingRun(first, deaf);
  expect(await first.stop("SIGTERM")).toBe(0);

  const second = start("--port", "0", "--no-demo");
  await second.printed("Stop");
  const client = await second.client();
  await vi.waitUntil(async () => {
    const { attempt, status } = await client.getRun({ params: { runId } });
    return attempt === 2 && status === "PROCESSING";
  }, patience);
  await deaf.close();
  expect(await ended(second, runId)).toMatchObject({ status: "FAILED", attempt: 2, error: { code: "CLONE_FAILED" } });
});

test("without an asked port each server takes the next free one", { timeout: 60_000 }, async () => {
  const other = await temporaryFolder();
  const servers = [track(startMain(folder.path, ["--no-demo"])), track(startMain(other.path, ["--no-demo"]))];
  await Promise.all(servers.map((server) => server.printed("Stop")));
  const urls = await Promise.all(servers.map(async (server) => (await server.server()).url));
  const ports = urls.map((url) => Number(new URL(url).port));
  expect(new Set(ports).size).toBe(2);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(4700);
  expect(Math.max(...ports)).toBeLessThanOrEqual(4800);
  await Promise.all(servers.map((server) => server.stop("SIGTERM")));
  await other.remove();
});

test("checkouts that a killed runner left are gone after the next start", { timeout: 60_000 }, async () => {
  await mkdir(join(folder.path, "work", "run-left"), { recursive: true });
  const server = start("--port", "0", "--no-demo");
  await server.printed("Stop");
  await expect(stat(join(folder.path, "work", "run-left"))).rejects.toThrow("ENOENT");
});

test("without git on PATH it says so, what to do, and goes on", { timeout: 120_000 }, async () => {
  const bin = join(folder.path, "bin");
  await mkdir(bin, { recursive: true });
  await symlink(process.execPath, join(bin, "node"));
  const server = track(startMain(join(folder.path, "data"), ["--port", "0"], { PATH: bin }));
  await server.printed("git is not on PATH: runs that need a repository fail. Install it and start again.");
  expect(server.output()).not.toContain("ENOENT");
  expect(await server.client().then((client) => client.getHealth())).toMatchObject({ status: "ok" });
});

test("a data directory that is a file is told in words", { timeout: 60_000 }, async () => {
  await mkdir(folder.path, { recursive: true });
  const file = join(folder.path, "file");
  await writeFile(file, "");
  for (const dataDir of [file, join(file, "below")]) {
    const server = track(startMain(dataDir, ["--port", "0", "--no-demo"]));
    await server.printed("is no folder. Give another one with --data.");
    expect(server.output()).not.toMatch(/EEXIST|ENOTDIR/);
  }
});

test("a port that was asked for and is taken is a clear refusal", { timeout: 60_000 }, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await vi.waitUntil(() => other.listening);
  const { port } = other.address() as { port: number };
  const server = start("--port", String(port), "--no-demo");
  await server.printed(`Port ${port} is taken: stop what listens there, or give another --port.`);
  await vi.waitUntil(() => server.child.exitCode !== null);
  expect(server.child.exitCode).toBe(2);
  other.close();
});

test.each([
  [["--port", "x"], "--port must be a number from 0 to 65535, not x."],
  [["--nonsense"], "Unknown option '--nonsense'"],
  [["--help"], "--no-demo"],
])("%s says what is possible", async (args, text) => {
  const server = start(...args);
  await server.printed(text);
});

test("offline it says what is missing and runs; back online a container fetches its CLI", {
  timeout: 300_000,
}, async () => {
  const codexBin = await ensureAgentCli("codex", {
    path: process.env.PATH ?? "",
    cacheDir: join(homedir(), ".cache", "errand"),
    npm: ["npm"],
  });
  const { online, env } = await offline(folder.path, codexBin);
  const server = track(startMain(join(folder.path, "data"), ["--port", "0"], env));
  await server.printed(
    /Claude Code \S+ could not be installed \(the npm registry could not be reached\): install @anthropic/,
  );
  await server.printed(/Codex \S+ could not be installed/);
  const client = await server.client();
  await client.putCredential({
    params: { agentType: "codex-runner" },
    body: { kind: "openaikey", value: demoKeys.codex },
  });
  const task = await client.createTask({ body: { name: "other", prompt: "Write a poem.", agentType: "codex-runner" } });
  const params = { taskId: task.id };
  const failed = await ended(server, (await client.runTask({ params })).id);
  expect(failed).toMatchObject({ status: "FAILED", error: { code: "LAUNCH_FAILED" } });
  expect(failed.error?.message).toMatch(/Codex \S+ could not be installed/);

  await writeFile(online, "");
  await vi.waitUntil(async () => {
    const again = await ended(server, (await client.runTask({ params })).id);
    return again.status === "DONE" && again.result?.includes("I am the scripted model");
  }, patience);
});
