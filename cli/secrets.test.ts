import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { entry, start } from "./testing/command.ts";
import { setUp } from "./testing/setup.ts";

const canary = "sk-ant-api03-canary0123456789";

test.each([
  ["claude-runner", "sk-ant-api03-0123456789", "anthropicapikey"],
  ["Claude", "sk-ant-oat01-0123456789", "claudeoauthtoken"],
  ["codex", "sk-proj-0123456789", "openaikey"],
  ["codex-runner", "of-another-shape", "openaikey"],
])("a credential for %s is read from stdin and known by its shape", async (agent, value, kind) => {
  const { api, errand } = await setUp();
  const set = await errand(["credential", "set", agent], { stdin: `${value}\n` });
  expect(set).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(kind) });
  expect(set.stdout).not.toContain(value);
  expect([...api.credentials.values()]).toEqual([{ kind, value }]);
});

test("a credential of unknown shape needs --kind, an empty one and one of the wrong kind are refused", async () => {
  const { api, errand } = await setUp();
  const odd = await errand(["credential", "set", "claude"], { stdin: "of-another-shape" });
  expect(odd).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--kind anthropicapikey or --kind claudeoauthtoken"),
  });
  expect(await errand(["credential", "set", "claude"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("No Claude"),
  });
  const wrong = await errand(["credential", "set", "claude"], { stdin: "sk-proj-0123456789" });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--kind  cannot sign in claude-runner") });
  expect(await errand(["credential", "set", "gemini"], { stdin: canary })).toMatchObject({ code: 2 });
  expect(api.credentials.size).toBe(0);
  const named = ["credential", "set", "claude", "--kind", "anthropicapikey"];
  expect(await errand(named, { stdin: "of-another-shape" })).toMatchObject({ code: 0 });
});

test.each([
  [["credential", "set", "claude-runner", canary]],
  [["credential", "set", "claude-runner", "some-secret"]],
  [["credential", "set", "claude-runner", `--kind=${canary}`]],
  [["credential", "set", "claude-runner", `--value=some-secret`], "unknown option"],
  [["task", "create", "a", "--prompt", "x", "--git-token", "some-secret"]],
  [["task", "create", "a", "--prompt", "x", "--git-token=some-secret"]],
  [["task", "create", "a", "--prompt", "x", "--parameter-store-key=some-secret"]],
  [["task", "update", "a", "--parameter-store-key", `cfg_${"a".repeat(43)}`]],
  [["task", "update", "a", "--git-token", `ghp_${"a".repeat(36)}`]],
])("a secret among the arguments is refused and not repeated: %j", async (args, sentence = "shell's history") => {
  const { api, errand } = await setUp();
  const refused = await errand(args, { stdin: "another" });
  expect(refused).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(sentence) });
  expect(refused.stderr).not.toMatch(/some-secret|canary|ghp_a/);
  expect(api.requests).toEqual([]);
});

test("a secret that is piped in shows neither in the process list nor in what is printed", async () => {
  const { api, start: startHere } = await setUp();
  const setting = startHere(["credential", "set", "claude"], { stdin: null });
  setting.type(canary);
  const commandLine =
    readFileSync(`/proc/${setting.pid}/cmdline`, "utf8") + readFileSync(`/proc/${setting.pid}/environ`, "utf8");
  expect(commandLine).toContain("credential");
  expect(commandLine).not.toContain("canary");
  setting.signal("SIGTERM");
  await setting.ended;
  expect(api.credentials.size).toBe(0);
});

test("credentials are listed without their values and removed only when that is confirmed", async () => {
  const { api, errand } = await setUp();
  api.credentials.set("claude-runner", { kind: "anthropicapikey", value: canary });
  const listed = await errand(["credential", "list", "--json"]);
  expect(operations.listCredentials.output.parse(JSON.parse(listed.stdout)).items).toMatchObject([
    { agentType: "claude-runner", kind: "anthropicapikey", lastFour: "6789" },
  ]);
  expect((await errand(["credential", "list"])).stdout).toMatch(
    /^AGENT +KIND +ENDS IN +PROVIDER +CHANGED\nclaude-runner/,
  );
  expect(await errand(["credential", "remove", "claude"])).toMatchObject({ code: 2 });
  expect(api.credentials.size).toBe(1);
  expect(await errand(["credential", "remove", "claude", "--yes"])).toMatchObject({ code: 0 });
  expect(await errand(["credential", "remove", "claude", "--yes"])).toMatchObject({ code: 4 });
});

test("a new key's secret is alone on stdout, and a key is revoked by id or by a name that only it has", async () => {
  const { api, errand } = await setUp();
  const created = await errand([
    "key",
    "create",
    "ci",
    "--role",
    "viewer",
    "--autonomy",
    "2",
    "--expires-in-days",
    "9",
  ]);
  const [key] = api.keys.values();
  expect(created).toMatchObject({
    code: 0,
    stdout: `ek_live_${key?.id}wxyz\n`,
    stderr: expect.stringContaining("shown this once"),
  });
  expect(key).toMatchObject({ name: "ci", role: "viewer", autonomy: 2 });
  const again = await errand(["key", "create", "ci", "--json"]);
  expect(operations.createKey.output.parse(JSON.parse(again.stdout))).toMatchObject({
    role: "member",
    expiresAt: null,
  });
  expect((await errand(["key", "list"])).stdout).toMatch(/in 9 days[\s\S]*never/);
  expect(await errand(["key", "revoke", "ci", "--yes"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("give an id"),
  });
  expect(await errand(["key", "revoke", key?.id ?? ""])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--yes"),
  });
  expect(await errand(["key", "revoke", key?.id ?? "", "--yes"])).toMatchObject({ code: 0 });
  expect(await errand(["key", "revoke", "ci", "--yes"])).toMatchObject({ code: 0 });
  expect(await errand(["key", "revoke", "ci", "--yes"])).toMatchObject({ code: 4 });
  expect(api.keys.size).toBe(0);
});

/** The command on a terminal of its own. */
function onTerminal(args: string, env: Record<string, string>) {
  const line = `stty cols 60; "${process.execPath}" "${entry}" ${args}`;
  const script = process.platform === "linux" ? ["-qec", line, "/dev/null"] : ["-q", "/dev/null", "sh", "-c", line];
  return start(script, { env: { ...env, TERM: "xterm" }, stdin: null, program: ["script"] });
}

test("at a terminal a secret is asked for and not shown", async () => {
  const { api, env } = await setUp();
  const setting = onTerminal("credential set claude-runner", env);
  await setting.shows("Claude Runner credential (hidden):");
  setting.type(`${canary}\r`);
  const { code, stdout } = await setting.ended;
  expect(code).toBe(0);
  expect(stdout).toContain("it ends in 6789");
  expect(stdout).not.toContain("canary");
  expect([...api.credentials.values()]).toEqual([{ kind: "anthropicapikey", value: canary }]);
});

test("at a terminal a loss is asked about, and Ctrl-C changes nothing", async () => {
  const { api, env } = await setUp();
  api.addTask("nightly");
  for (const [typed, code] of [
    ["n\r", 2],
    ["\u0003", 130],
    ["y\r", 0],
  ] as const) {
    expect(api.tasks.size).toBe(1);
    const deleting = onTerminal("task delete nightly", env);
    await deleting.shows('Delete task "nightly" and its schedule?');
    deleting.type(typed);
    expect((await deleting.ended).code).toBe(code);
  }
  expect(api.tasks.size).toBe(0);
});

test("at a terminal a table has colours and fits its width", async () => {
  const { api, env } = await setUp();
  const schedule = { type: "cron", expression: "0 3 * * *", timezone: "America/Argentina/Buenos_Aires" } as const;
  api.addTask("a-rather-long-name-for-a-task", { schedule });
  const { stdout } = await onTerminal("task list", env).ended;
  expect(stdout).toContain("\u001b[1m");
  const lines = stripVTControlCharacters(stdout).trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines[1]).toContain("…");
  const plain = await onTerminal("task list", { ...env, NO_COLOR: "1" }).ended;
  expect(plain.stdout).not.toContain("\u001b");
});
