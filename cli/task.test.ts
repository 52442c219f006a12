import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { task as taskSchema } from "../contract/task.ts";
import { temporaryDirectory } from "./testing/command.ts";
import { setUp } from "./testing/setup.ts";

test("every field of a task can be given as a flag", async () => {
  const { api, errand } = await setUp();
  const given = await errand(
    [
      ["task", "create", "nightly", "--json"],
      ["--prompt", "Fix it", "--description", "A note", "--agent", "CLAUDE", "--model", "claude-opus-4-1"],
      ["--max-turns", "7", "--allowed-tools", "Read, Bash(git *)", "--disallowed-tools", "Write"],
      ["--source-url", "https://github.com/me/app#next", "--sub-path", "docs", "--email", "me@example.com"],
      ["--timeout-minutes", "5", "--overlap", "queue", "--cron", "0 3 * * *", "--timezone", "Europe/Stockholm"],
      ["--start-within-minutes", "30", "--spread-minutes", "15", "--disabled", "--git-token"],
    ].flat(),
    { stdin: "token-of-the-repository\n" },
  );
  expect(given).toMatchObject({ code: 0, stderr: "" });
  expect(taskSchema.parse(JSON.parse(given.stdout))).toMatchObject({
    name: "nightly",
    prompt: "Fix it",
    description: "A note",
    agentType: "claude-runner",
    model: "claude-opus-4-1",
    maxTurns: 7,
    allowedTools: ["Read", "Bash(git *)"],
    disallowedTools: ["Write"],
    sourceUrl: "https://github.com/me/app#next",
    subPath: "docs",
    notificationEmail: "me@example.com",
    timeoutMinutes: 5,
    startWithinMinutes: 30,
    spreadMinutes: 15,
    overlap: "queue",
    schedule: { type: "cron", expression: "0 3 * * *", timezone: "Europe/Stockholm" },
    enabled: false,
    gitToken: { set: true },
  });
  expect([...api.tasks.values()][0]?.secret).toBe("token-of-the-repository");
});

test("show tells who made and changed a task, and how its runs start", async () => {
  const { api, errand } = await setUp();
  const task = api.addTask("nightly", { startWithinMinutes: 30, spreadMinutes: 15 });
  task.createdBy = { kind: "key", id: null, name: "laptop" };
  task.updatedBy = { kind: "system", id: null, name: "Schedule" };
  const { stdout } = await errand(["task", "show", "nightly"]);
  expect(stdout).toMatch(/^Start +within 30 minutes, spread over 15 minutes$/m);
  expect(stdout).toMatch(/^Created .* by laptop \(API key\)$/m);
  expect(stdout).toMatch(/^Changed .* by Schedule \(Errand\)$/m);
});

test("a codex task takes a sandbox, and a prompt comes from a file or from stdin", async () => {
  const { api, errand } = await setUp();
  const file = join(temporaryDirectory(), "prompt.md");
  writeFileSync(file, "From a file");
  const args = ["--agent", "codex", "--sandbox", "read-only", "--at", "2030-01-31T09:00:00+01:00"];
  expect(await errand(["task", "create", "one", "--prompt-file", file, ...args])).toMatchObject({ code: 0 });
  expect(await errand(["task", "create", "two", "--prompt-file", "-"], { stdin: "From stdin" })).toMatchObject({
    code: 0,
  });
  expect([...api.tasks.values()]).toMatchObject([
    { prompt: "From a file", sandbox: "read-only", schedule: { type: "once", at: "2030-01-31T09:00:00+01:00" } },
    { prompt: "From stdin", schedule: { type: "manual" } },
  ]);
});

test("what the server finds wrong is told by the flag that gave it", async () => {
  const { api, errand } = await setUp();
  const wrong = ["--cron", "nope", "--timezone", "Europe/Stockholm"];
  const cron = await errand(["task", "create", "a", "--prompt", "x", ...wrong]);
  expect(cron).toMatchObject({ code: 2, stdout: "" });
  expect(cron.stderr).toMatch(/^error: The input is not valid\.\n {2}--cron {2}must have five fields\n$/);
  const zone = await errand(["task", "create", "a", "--prompt", "x", "--preset", "hourly", "--timezone", "Mars"]);
  expect(zone.stderr).toContain("--timezone  is not an IANA time zone");
  const several = await errand(["task", "create", "a/b", "--prompt", " ", "--email", "me", "--max-turns", "0"]);
  expect(several.code).toBe(2);
  for (const flag of ["NAME", "--prompt", "--email", "--max-turns"]) expect(several.stderr).toContain(`  ${flag} `);
  const url = await errand(["task", "create", "a", "--prompt", "x", "--source-url", "http://x.org/y", "--json"]);
  expect(JSON.parse(url.stderr)).toEqual({
    error: {
      code: "invalid_input",
      message: "The input is not valid.",
      fields: { sourceUrl: "must start with https://" },
    },
  });
  expect(api.tasks.size).toBe(0);
});

test("a deletion tells how the task comes back, by its id", async () => {
  const { api, errand } = await setUp();
  const { id } = api.addTask("a");
  const deleted = await errand(["task", "delete", "a", "--yes"]);
  expect(deleted.stdout).toContain(`errand task restore ${id}`);
  expect(await errand(["task", "restore", "a"])).toMatchObject({ code: 2, stderr: expect.stringContaining("the id") });
  expect(await errand(["task", "restore", id])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Restored task "a"'),
  });
  expect(api.tasks.size).toBe(1);
});

test.each([
  [["create", "a"], "needs a prompt"],
  [["create", "a", "--prompt", "x", "--timezone", "UTC"], "--timezone needs a schedule"],
  [["create", "a", "--prompt", "x", "--cron", "* * * * *", "--manual"], "cannot be used with"],
  [["create", "a", "--prompt", "x", "--prompt-file", "y"], "cannot be used with"],
  [["create", "a", "--prompt-file", "-", "--git-token"], "stdin cannot carry both"],
  [["create", "a", "--prompt-file", "/nonexistent/prompt.md"], "There is no file /nonexistent/prompt.md"],
  [["create", "a", "--prompt", "x", "--max-turns", "many"], "must be a whole number"],
  [["create", "a", "--prompt", "x", "--preset", "never"], "Allowed choices are every-15-minutes"],
  [["create"], "missing required argument 'name'"],
  [["list", "--limit", "101"], "from 1 to 100"],
])("`errand task %j` is refused before anything is sent", async (args, sentence) => {
  const { api, errand } = await setUp();
  const refused = await errand(["task", ...args]);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain(sentence);
  expect(api.requests).toEqual([]);
});

test("a task is addressed by its id or by its name in any case", async () => {
  const { api, errand } = await setUp();
  const task = api.addTask("Nightly");
  for (const reference of ["nIGHTLY", task.id]) {
    const shown = await errand(["task", "show", reference, "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: task.id, name: "Nightly" });
  }
  const missing = await errand(["task", "show", "night"]);
  expect(missing).toMatchObject({ code: 4, stderr: expect.stringContaining('No task is called "night"') });
  expect(await errand(["task", "show", `task_${"0".repeat(26)}`])).toMatchObject({ code: 4 });
});

test.each([
  ["Latin-1", Buffer.from("Räksmörgås", "latin1"), "not UTF-8 text"],
  ["UTF-16", Buffer.from("Say hello to everybody.", "utf16le"), "is UTF-16, not UTF-8"],
  ["UTF-16 with its mark", Buffer.from("\ufeffRäksmörgås", "utf16le"), "is UTF-16, not UTF-8"],
  ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "not UTF-8 text"],
  ["a text with a null character", Buffer.from("hello\0world"), "null characters"],
])("a prompt that is %s is refused before anything is sent, from a file and from stdin", async (_, bytes, reason) => {
  const { api, errand } = await setUp();
  const file = join(temporaryDirectory(), "prompt.md");
  writeFileSync(file, bytes);
  const fromFile = await errand(["task", "create", "a", "--prompt-file", file]);
  expect(fromFile).toMatchObject({ code: 2, stderr: expect.stringContaining(`The prompt in ${file}`) });
  const piped = await errand(["task", "create", "a", "--prompt-file", "-"], { stdin: bytes });
  for (const { stderr } of [fromFile, piped]) expect(stderr).toContain(reason);
  expect([piped.code, api.requests]).toEqual([2, []]);
});

test("an update changes what is named, clears what is cleared and leaves the rest", async () => {
  const { api, errand } = await setUp();
  const schedule = { type: "cron", expression: "0 3 * * *" } as const;
  api.addTask("a", { notificationEmail: "me@example.com", gitToken: "token", model: "claude-opus-4-1", schedule });
  const flags = ["--name", "b", "--timezone", "Asia/Tokyo", "--clear", "git-token", "--clear", "model"];
  expect(await errand(["task", "update", "a", ...flags])).toMatchObject({ code: 0 });
  expect([...api.tasks.values()][0]).toMatchObject({
    name: "b",
    prompt: "x",
    notificationEmail: "me@example.com",
    schedule: { type: "cron", expression: "0 3 * * *", timezone: "Asia/Tokyo" },
    model: "claude-sonnet-4-5",
    secret: null,
  });
  expect(api.requests.at(-1)?.headers["if-match"]).toBe('"1"');
  expect(await errand(["task", "update", "b"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Nothing to change"),
  });
  const both = await errand(["task", "update", "b", "--email", "x@example.com", "--clear", "email"]);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("contradict each other") });
  api.addTask("c");
  expect(await errand(["task", "update", "b", "--name", "c"])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining("--name"),
  });
});

test.each([
  [["--cron", "30 4 * * *"], { type: "cron", expression: "30 4 * * *" }],
  [["--preset", "hourly"], { type: "cron", preset: "hourly" }],
  [["--at", "2030-01-31T09:00:00Z"], { type: "once", at: "2030-01-31T09:00:00Z" }],
])("an update with %j names no zone, so the task keeps its own", async (flags, schedule) => {
  const { api, errand } = await setUp();
  api.addTask("a", { schedule: { type: "cron", expression: "0 3 * * *", timezone: "Europe/Stockholm" } });
  await errand(["task", "update", "a", ...flags]);
  expect(JSON.parse(api.requests.at(-1)?.body ?? "")).toEqual({ schedule });
});

test("disable and enable change that and nothing else", async () => {
  const { api, errand } = await setUp();
  api.addTask("a", { schedule: { type: "cron", preset: "hourly" } });
  expect(await errand(["task", "disable", "a"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Disabled task"),
  });
  const headers = { "if-match": expect.stringMatching(/^".+"$/) };
  expect(api.requests.at(-1)).toMatchObject({ method: "PATCH", body: '{"enabled":false}', headers });
  const enabled = await errand(["task", "enable", "a", "--json"]);
  expect(JSON.parse(enabled.stdout)).toMatchObject({ enabled: true });
});

test("a task is deleted only when that is confirmed", async () => {
  const { api, errand } = await setUp();
  api.addTask("a");
  const refused = await errand(["task", "delete", "a"]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("add --yes") });
  expect(api.tasks.size).toBe(1);
  expect(await errand(["task", "delete", "a", "--yes", "--json"])).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(api.tasks.size).toBe(0);
});

test("lists are tables for people and the API's own answer for programs", async () => {
  const { api, errand } = await setUp();
  expect((await errand(["task", "list"])).stdout).toContain("No tasks yet");
  const [first] = ["a", "b", "c"].map((name) => api.addTask(name));
  if (first) first.lastRun = api.addRun(first, { status: "DONE", endedAt: new Date().toISOString() });
  const people = await errand(["task", "list", "--limit", "2"]);
  expect(
    people.stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/).slice(0, 2)),
  ).toEqual([
    ["NAME", "AGENT"],
    ["a", "claude-runner"],
    ["b", "claude-runner"],
  ]);
  expect(people.stdout).toContain("Completed");
  expect(people.stdout).not.toContain("\u001b");
  expect(people.stderr).toBe("There are more: add --cursor 2\n");
  const programs = await errand(["task", "list", "--limit", "2", "--cursor", "2", "--json"]);
  expect(operations.listTasks.output.parse(JSON.parse(programs.stdout)).items).toMatchObject([{ name: "c" }]);
  expect(programs.stderr).toBe("");
});

test("what a task shows cannot steer the terminal", async () => {
  const { api, errand } = await setUp();
  api.addTask("a", { prompt: "one\u001b]0;title\u0007\u001b[2Jtwo", description: "x\u001b[31my" });
  const { stdout } = await errand(["task", "show", "a"]);
  expect(stdout).toContain("onetwo");
  expect(stdout).toMatch(/Description +xy\n/);
});
