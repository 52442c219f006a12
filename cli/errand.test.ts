import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { entry, errand, start, temporaryDirectory } from "./testing/command.ts";
import { setUp } from "./testing/setup.ts";

/** What `npm start` leaves for commands on the same machine. */
function writeServerFile(directory: string, url: string, key: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "server.json"), JSON.stringify({ url, key, pid: process.pid }), { mode: 0o600 });
}

test("help shows every command, examples and exit codes; the version is the package's", async () => {
  const help = await errand(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  for (const word of ["task", "runs", "credential", "Examples:", "Exit codes:", "ERRAND_API_KEY"]) {
    expect(help.stdout).toContain(word);
  }
  expect((await errand(["run", "--help"])).stdout).toContain("errand run nightly --follow");
  expect(await errand(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test.each([[[]], [["task"]], [["tsk"]], [["run"]], [["runs", "--colour"]]])("%j is wrong usage", async (args) => {
  const wrong = await errand(args);
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toMatch(/Usage:|--help/);
});

test("the server of this machine is found by its data directory, whichever way that is named", async () => {
  const { api } = await setUp();
  const home = temporaryDirectory();
  const macOs = process.platform === "darwin" ? "Library/Application Support/errand" : ".local/share/errand";
  const named = { home: join(home, macOs), xdg: join(home, "xdg/errand"), data: join(home, "data") };
  const ways: [string, string[], Record<string, string>][] = [
    [named.data, ["--data", named.data], { HOME: home }],
    [named.data, [], { HOME: home, ERRAND_DATA: named.data, XDG_DATA_HOME: join(home, "elsewhere") }],
    [named.xdg, [], { HOME: home, XDG_DATA_HOME: join(home, "xdg") }],
    [named.home, [], { HOME: home, XDG_DATA_HOME: "relative" }],
  ];
  for (const [directory, args, env] of ways) {
    writeServerFile(directory, api.url, api.key);
    expect(await errand(["task", "list", ...args], { env })).toMatchObject({ code: 0 });
  }
});

test("--data leads past ERRAND_URL, and a key is sent only to the server it belongs to", async () => {
  const { api, env } = await setUp();
  const data = temporaryDirectory();
  writeServerFile(data, api.url, api.key);
  const other = { ...env, ERRAND_URL: "http://127.0.0.1:1", ERRAND_API_KEY: "ek_live_of_the_other" };
  expect(await errand(["task", "list", "--data", data], { env: other })).toMatchObject({ code: 0 });
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${api.key}`]);
  const keyless = await errand(["task", "list", "--url", api.url], { env: { ERRAND_DATA: data } });
  expect(keyless).toMatchObject({ code: 3, stderr: expect.stringContaining("ERRAND_API_KEY is not set") });
  expect(api.requests).toHaveLength(1);
});

test("following finds the server of this machine again on another port and with another key", async () => {
  const { api } = await setUp();
  api.addTask("nightly");
  const data = temporaryDirectory();
  writeServerFile(data, api.url, api.key);
  const followed = start(["run", "nightly", "--follow", "--data", data]);
  await followed.shows("Queued …");
  await api.stop();
  await followed.shows("does not answer");
  api.key = "ek_live_another";
  await api.start();
  writeServerFile(data, api.url, api.key);
  await followed.shows("The server answers again.");
  const run = await vi.waitUntil(() => [...api.runs.values()][0]);
  api.end(run.id, "DONE", null);
  expect((await followed.ended).code).toBe(0);
});

test.each([
  ["no server.json", undefined],
  ["half a server.json", '{"url":"http://127'],
  ["a server.json of another machine", '{"url":"http://10.1.2.3:8080","key":"k","pid":1}'],
  ["a server that is gone", '{"url":"http://127.0.0.1:1","key":"k","pid":1}'],
])("%s is told with what to do", async (_, content) => {
  const data = temporaryDirectory();
  if (content !== undefined) writeFileSync(join(data, "server.json"), content);
  const missing = await errand(["task", "list", "--data", data]);
  expect(missing).toMatchObject({ code: 6, stdout: "", stderr: expect.stringContaining("npm start") });
});

test("with --json a failure is an object for programs too", async () => {
  const failed = await errand(["task", "list", "--data", temporaryDirectory(), "--json"]);
  expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: "unavailable" } });
  const wrong = await errand(["tsk", "--json"]);
  expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: "invalid_input" } });
});

test.each([
  ["http://errand.example.com", "use https"],
  ["ftp://errand.example.com", "not the address of a server"],
  ["errand", "not the address of a server"],
  ["https://me:secret@errand.example.com", "must not carry"],
])("--url %s is refused", async (url, sentence) => {
  const refused = await errand(["task", "list", "--url", url], { env: { ERRAND_API_KEY: "k" } });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
});

test("who is not signed in, may not, or meets something that is not Errand learns which", async () => {
  const { api, errand: here } = await setUp();
  const stranger = await here(["task", "list"], { env: { ERRAND_API_KEY: "ek_live_wrong" } });
  expect(stranger).toMatchObject({ code: 3, stderr: expect.stringContaining("Set ERRAND_API_KEY") });
  api.role = "member";
  expect(await here(["key", "list"])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("Use a key that may do this"),
  });
  const other = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await vi.waitUntil(() => other.listening);
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const wrong = await here(["task", "list"], { env: { ERRAND_URL: url } });
  expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining("not as Errand's API does") });
});

test("a key of this machine that its server does not know is told as that", async () => {
  const { api } = await setUp();
  const data = temporaryDirectory();
  writeServerFile(data, api.url, "ek_live_of_before");
  const { code, stderr } = await errand(["task", "list", "--data", data]);
  expect(code).toBe(3);
  expect(stderr).toContain(join(data, "server.json"));
  expect(stderr).not.toContain("ERRAND_API_KEY");
});

test("a folder that is gone and a home that nobody names are no obstacle, or are told", async () => {
  const { env } = await setUp();
  const gone = `cd "$(mktemp -d)" && rmdir "$PWD" && exec "${process.execPath}" "${entry}" task list`;
  expect(await errand([], { env, program: ["sh", "-c", gone] })).toMatchObject({ code: 0, stderr: "" });
  const relative = await errand([], { env: { ERRAND_DATA: "data" }, program: ["sh", "-c", gone] });
  expect(relative).toMatchObject({ code: 2, stderr: expect.stringContaining("The folder you are in is gone") });
  const homeless = await errand(["task", "list"], { env: { HOME: "" } });
  expect(homeless).toMatchObject({ code: 2, stderr: expect.stringContaining("HOME is not set") });
});

test("in a checkout without packages it says what to run", async () => {
  const checkout = temporaryDirectory();
  cpSync(entry, join(checkout, "cli/bin/errand.mjs"));
  const bare = await errand(["task", "list"], { program: [process.execPath, join(checkout, "cli/bin/errand.mjs")] });
  expect(bare).toMatchObject({ code: 70, stdout: "" });
  expect(bare.stderr).toMatch(/^error: .*run `npm start` or `npm ci` in .* first\.\n$/);
});

/** The entry as an older Node meets it, which cannot run TypeScript by itself. */
const olderNode = [
  process.execPath,
  "--import",
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})",
  entry,
];

test("under an older Node the project's own one does the work: arguments, stdin, exit code", async () => {
  const { api, errand: here } = await setUp();
  const set = await here(["credential", "set", "claude"], { stdin: "sk-ant-api03-0123456789", program: olderNode });
  expect(set).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("anthropicapikey") });
  expect(api.credentials.size).toBe(1);
  expect(await here(["task", "show", "x y"], { program: olderNode })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('"x y"'),
  });
});

test("under an older Node a signal reaches the command", async () => {
  const { api, start: startHere } = await setUp();
  api.addTask("nightly");
  const followed = startHere(["run", "nightly", "--follow"], { program: olderNode });
  await followed.shows("Queued …");
  followed.signal("SIGINT");
  expect(await followed.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("errand cancel") });
});
