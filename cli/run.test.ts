import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logPage } from "../contract/log.ts";
import { operations } from "../contract/operations.ts";
import type { Run, RunInput } from "../contract/run.ts";
import { until } from "../test/support/until.ts";
import type { TestApi } from "./testing/api.ts";
import { temporaryDirectory } from "./testing/command.ts";
import { setUp } from "./testing/setup.ts";

/** An API with the task "nightly". */
async function withTask() {
  const setup = await setUp();
  return { ...setup, task: setup.api.addTask("nightly") };
}

/** The newest run, once there is one. */
function newestRun(api: TestApi): Promise<Run> {
  return until(() => [...api.runs.values()].at(-1));
}

test("run asks one run otherwise than its task says", async () => {
  const { api, errand } = await setUp();
  api.addTask("nightly");
  const flags = ["--prompt", "-", "--model", "claude-opus-4-5", "--max-turns", "3", "--timeout-minutes", "5"];
  expect(await errand(["run", "nightly", ...flags], { stdin: "Only this." })).toMatchObject({ code: 0, stderr: "" });
  const otherwise = { prompt: "Only this.", model: "claude-opus-4-5", maxTurns: 3, timeoutMinutes: 5 };
  expect([...api.asked.values()]).toMatchObject([otherwise]);
  expect(await errand(["run", "nightly", "--model", "no model"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--model +must be a model name/),
  });
  expect(await errand(["run", "nightly", "--prompt", "-", "--input", "-"], { stdin: "x" })).toMatchObject({ code: 2 });
  expect(api.asked.size).toBe(1);
});

test("a run is started and can be seen by the line that is printed", async () => {
  const { api, errand } = await withTask();
  const started = await errand(["run", "nightly", "--idempotency-key", "once"]);
  const run = await newestRun(api);
  expect(started).toMatchObject({ code: 0, stderr: "" });
  expect(started.stdout).toContain(`errand logs ${run.id} -f`);
  expect(api.requests.at(-1)?.headers["idempotency-key"]).toBe("once");
  const programs = await errand(["run", "nightly", "--json"]);
  expect(operations.runTask.output.parse(JSON.parse(programs.stdout))).toMatchObject({ status: "PENDING" });
});

test("a run gets text of its own from the flag, from a file or from stdin", async () => {
  const { api, errand } = await withTask();
  const file = join(temporaryDirectory(), "input.md");
  writeFileSync(file, "- [ ] from a file\n");
  const inputs = async () => [...api.asked.values()].map(({ input }) => input);
  expect(await errand(["run", "nightly", "--input", "Only today's."])).toMatchObject({ code: 0, stderr: "" });
  expect(await errand(["run", "nightly", "--input", `@${file}`])).toMatchObject({ code: 0 });
  expect(await errand(["run", "nightly", "--input", "-"], { stdin: "from stdin" })).toMatchObject({ code: 0 });
  expect(await inputs()).toEqual(["Only today's.", "- [ ] from a file\n", "from stdin"]);
  expect(await errand(["run", "nightly", "--input", "@missing.md"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("The input could not be read. There is no file missing.md."),
  });
  expect(await errand(["run", "nightly", "--input", "-"], { stdin: Buffer.from([0xff, 0x00, 0xe9]) })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("What was piped in as the input is not UTF-8 text"),
  });
  expect(await errand(["run", "nightly", "--input", " ", "--not-before", "tomorrow"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--input +must not be empty.*--not-before +must be an instant/s),
  });
  expect(await inputs()).toHaveLength(3);
});

test("a run that waits for an instant is told as scheduled, and is not the task's latest until then", async () => {
  const { api, task, errand, start } = await withTask();
  const before = api.addRun(task);
  api.end(before.id, "DONE", "Done.");
  const notBefore = new Date(Date.now() + 3 * 3_600_000 + 60_000).toISOString();
  const { stdout } = await errand(["run", "nightly", "--not-before", notBefore]);
  const run = await newestRun(api);
  expect(stdout).toMatch(new RegExp(`^Run ${run.id} of task "nightly" is scheduled for .* \\(in 3 hours\\)\\.\n`));
  expect((await errand(["runs"])).stdout).toMatch(new RegExp(`${run.id} .* Scheduled in 3 hours `));
  expect((await errand(["show", "nightly"])).stdout).toContain(before.id);
  const followed = start(["logs", run.id, "-f"]);
  await followed.shows("Scheduled …");
  followed.signal("SIGINT");
  await followed.ended;
  const shown = (await errand(["show", run.id])).stdout;
  expect(shown).toMatch(/Scheduled for .* \(in 3 hours\)\n/);
  expect(shown).toMatch(/\nScheduled {2}nightly/);
});

test("show tells who asked, what was asked, and from which commit the work began", async () => {
  const { api, task, errand } = await withTask();
  await errand(["run", "nightly", "--input", "Only today's.\u001b[2J"]);
  const run = await newestRun(api);
  const source = { sourceUrl: "https://github.com/me/app", subPath: "docs" };
  api.asked.set(run.id, { ...(api.asked.get(run.id) as RunInput), ...source, prompt: "Label\nthem." });
  Object.assign(run, {
    requestedBy: { kind: "key", id: null, name: "laptop" },
    commit: "0123456789abcdef0123456789abcdef01234567",
    startBy: new Date(Date.now() + 3_660_000).toISOString(),
    attempt: 2,
  });
  task.prompt = "Something else by now.";
  const { stdout } = await errand(["show", run.id]);
  for (const line of [
    /^Requested by +laptop \(API key\)$/m,
    /^Executor +container$/m,
    /^Attempt +2$/m,
    /^Source +https:\/\/github.com\/me\/app$/m,
    /^Sub path +docs$/m,
    /^Commit +0123456789abcdef0123456789abcdef01234567$/m,
    /^Start by +.* \(in 1 hour\)$/m,
    /^\nPrompt\nLabel\nthem\.\n\nInput\nOnly today's\.\n—\n/m,
  ])
    expect(stdout).toMatch(line);
  const { asked } = JSON.parse((await errand(["show", run.id, "--json"])).stdout);
  expect(asked).toMatchObject({ prompt: "Label\nthem.", ...source });
  const skipped = api.addRun(task);
  expect((await errand(["show", skipped.id])).stdout).not.toContain("Prompt");
});

test("--follow tells the log as it comes, then the result, and ends with 0 when the run completed", async () => {
  const { api, start } = await withTask();
  const followed = start(["run", "nightly", "--follow"]);
  await followed.shows("Queued …");
  const run = await newestRun(api);
  api.begin(run.id);
  await followed.shows("Running …");
  api.log(run.id, "system", "Cloned the repository");
  await followed.shows("· Cloned the repository");
  api.log(run.id, "assistant", "I look\naround.");
  api.log(run.id, "tool_call", "git  status\n--short", { tool: "Bash" });
  api.log(run.id, "tool_result", "x".repeat(500), { tool: "Bash" });
  api.log(run.id, "error", "Something \u001b[2J broke");
  await followed.shows("broke");
  api.end(run.id, "DONE", "All is well.");
  const { code, stdout } = await followed.ended;
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "· Cloned the repository",
    "● I look",
    "  around.",
    "→ Bash git status --short",
    `← Bash ${"x".repeat(152)}…`,
    "✗ Something  broke",
    "",
    `Completed  nightly  ${run.id}`,
    "",
    "All is well.",
    "",
    "Cost $0.0123, took 12.3 s, 4 turns",
    "",
  ]);
});

test.each([
  ["FAILED", "CLONE_FAILED", "Failed"],
  ["TIMED_OUT", "DEADLINE_EXCEEDED", "Timed out"],
  ["CANCELLED", undefined, "Cancelled"],
] as const)("--follow of a run that ends %s ends with 1 and says why", async (status, error, word) => {
  const { api, start } = await withTask();
  const followed = start(["run", "nightly", "--follow"]);
  const run = await newestRun(api);
  api.end(run.id, status, null, error);
  const { code, stdout } = await followed.ended;
  expect(code).toBe(1);
  expect(stdout).toContain(`${word}  nightly`);
  expect(stdout).toContain(error === "CLONE_FAILED" ? "Check the source URL" : "Cost");
});

test("--follow --json leaves stdout to the run that has ended", async () => {
  const { api, start } = await withTask();
  const followed = start(["run", "nightly", "--follow", "--json"]);
  const run = await newestRun(api);
  api.log(run.id, "assistant", "Hello");
  await followed.shows("● Hello");
  api.end(run.id, "DONE", "Done.");
  const { code, stdout, stderr } = await followed.ended;
  expect(code).toBe(0);
  expect(operations.getRun.output.parse(JSON.parse(stdout))).toMatchObject({ id: run.id, result: "Done." });
  expect(stderr).toContain("● Hello");
});

test("logs keep an agent's colours where there are colours, and nothing else that steers a terminal", async () => {
  const { api, task, errand } = await withTask();
  const run = api.addRun(task);
  api.log(run.id, "assistant", "\u001b[1;32mgreen\u001b[2J\u001b]0;owned\u0007 10%\rgone\u001b[31m");
  api.log(run.id, "tool_result", "\u001b[31mred\u001b[39m plain\n", { tool: "Bash" });
  api.end(run.id, "DONE", "Done.");
  const bare = await errand(["logs", run.id, "--full"]);
  expect(bare.stdout).toBe("● gonen 10%\n← Bash red plain\n");
  const coloured = await errand(["logs", run.id, "--full"], { env: { FORCE_COLOR: "1" } });
  expect(coloured.stdout).toContain(" \u001b[1;32mgonen 10%\u001b[0m\n");
  expect(coloured.stdout).toContain(" \u001b[2mBash \u001b[0m\u001b[2;31mred\u001b[0m\u001b[2m plain\u001b[0m\n");
});

test("logs -f --json prints one line of the log a line", async () => {
  const { api, task, start } = await withTask();
  const run = api.addRun(task);
  api.log(run.id, "assistant", "one\ntwo");
  const followed = start(["logs", "nightly", "-f", "--json"]);
  await followed.shows("one");
  api.log(run.id, "error", "three");
  api.end(run.id, "FAILED", null, "AGENT_ERROR");
  const { code, stdout } = await followed.ended;
  expect(code).toBe(1);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { n: 1, kind: "assistant", text: "one\ntwo" },
    { n: 2, kind: "error", text: "three" },
  ]);
});

test("following survives a restart of the server and says so once", async () => {
  const { api, task, start } = await withTask();
  const run = api.addRun(task);
  api.log(run.id, "assistant", "before");
  const followed = start(["logs", run.id, "-f"]);
  await followed.shows("● before");
  const { port } = api;
  await api.stop();
  await followed.shows("The server does not answer");
  api.log(run.id, "assistant", "meanwhile");
  await api.start(port);
  await followed.shows("● meanwhile");
  api.end(run.id, "DONE", "Done.");
  const { code, stdout, stderr } = await followed.ended;
  expect(code).toBe(0);
  expect(stdout.match(/●.*/g)).toEqual(["● before", "● meanwhile"]);
  expect(stderr.match(/does not answer/g)).toHaveLength(1);
  expect(stderr).toContain("The server answers again.");
});

test("Ctrl-C leaves the run going and says how to cancel it", async () => {
  const { api, start } = await withTask();
  const followed = start(["run", "nightly", "--follow"]);
  await followed.shows("Queued …");
  const run = await newestRun(api);
  followed.signal("SIGINT");
  followed.signal("SIGINT");
  expect(await followed.ended).toMatchObject({ code: 130, stderr: expect.stringContaining(`errand cancel ${run.id}`) });
  expect(run.status).toBe("PENDING");
});

test("logs pages through a long log, shows its end, and shows tools in full when asked to", async () => {
  const { api, task, errand } = await withTask();
  const run = api.addRun(task);
  for (let index = 1; index <= 2100; index += 1) api.log(run.id, "assistant", `line ${index}`);
  api.log(run.id, "tool_result", "first ", { part: true, tool: "Read" });
  api.log(run.id, "tool_result", "half\nsecond", { tool: "Read" });
  api.log(run.id, "system", "again", { attempt: 2 });
  const going = await errand(["logs", run.id]);
  expect(going.stdout.match(/● line/g)).toHaveLength(2100);
  expect(going.stdout).toMatch(/← Read first half second\n— attempt 2 —\n· again\n$/);
  expect(going.stderr).toContain("-f shows what comes");
  expect((await errand(["logs", run.id, "--tail", "3", "--full"])).stdout).toContain("← Read first half\n  second\n");
  api.end(run.id, "DONE", null);
  const whole = logPage.parse(JSON.parse((await errand(["logs", run.id, "--json"])).stdout));
  expect(whole).toMatchObject({ complete: true, previousCursor: null });
  expect(whole.lines).toHaveLength(2103);
});

test("a reader that has seen enough ends the command without a complaint", async () => {
  const { api, task, env } = await withTask();
  const run = api.addRun(task);
  for (let index = 1; index <= 2000; index += 1) api.log(run.id, "assistant", "x".repeat(500));
  const { errand, entry } = await import("./testing/command.ts");
  const shell = `"${process.execPath}" "${entry}" logs ${run.id} | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const read = await errand([], { env, program: ["bash", "-c", shell] });
  expect(read).toMatchObject({ stdout: expect.stringMatching(/^● x+\n0\n$/), stderr: "" });
});

test("the name of a task stands for its latest run, skipped slots aside", async () => {
  const { api, task, errand } = await withTask();
  expect(await errand(["logs", "nightly"])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("has no run yet"),
  });
  const run = api.addRun(task);
  const skipped = api.addRun(task);
  api.end(run.id, "FAILED", "Half of it.", "MAX_TURNS");
  api.end(skipped.id, "CANCELLED", null, "OVERLAP_SKIPPED");
  const shown = await errand(["show", "nightly"]);
  expect(shown.stdout).toContain(run.id);
  for (const words of ["Failed", "Half of it.", "Raise Max Turns", "$0.0123"]) expect(shown.stdout).toContain(words);
  expect(JSON.parse((await errand(["show", skipped.id, "--json"])).stdout)).toMatchObject({ id: skipped.id });
  expect(await errand(["show", `run_${"0".repeat(26)}`])).toMatchObject({ code: 4 });
});

test("cancel takes the run that goes on, asks which when there are several, and refuses what has ended", async () => {
  const { api, task, errand } = await withTask();
  const [first, second] = [api.addRun(task), api.addRun(task)];
  const unsure = await errand(["cancel", "nightly"]);
  expect(unsure).toMatchObject({ code: 2, stderr: expect.stringContaining(`${second.id}, ${first.id}`) });
  expect(await errand(["cancel", second.id])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Cancelled run"),
  });
  expect(await errand(["cancel", "nightly", "--json"])).toMatchObject({ code: 0 });
  expect(first.status).toBe("CANCELLED");
  expect(await errand(["cancel", "nightly"])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining("The run has ended."),
  });
});

test("cancel does not claim to have stopped what completed meanwhile", async () => {
  const { api, task, errand } = await withTask();
  const run = api.addRun(task);
  api.cancelledAs = "DONE";
  expect(await errand(["cancel", run.id])).toMatchObject({
    code: 0,
    stdout: `Run ${run.id} of task "nightly" had ended already: Completed.\n`,
  });
});

test("show names a failure by its code, and tells no cost of what never started", async () => {
  const { api, task, errand } = await withTask();
  const run = api.addRun(task);
  api.end(run.id, "FAILED", null, "CREDENTIAL_MISSING");
  Object.assign(run, { startedAt: null, durationMs: null, costUsd: null, turns: null });
  const { stdout } = await errand(["show", run.id]);
  expect(stdout).toContain(`Failed  nightly  ${run.id}  CREDENTIAL_MISSING\n`);
  expect(stdout).not.toContain("Cost");
  Object.assign(run, { startedAt: run.endedAt });
  expect((await errand(["show", run.id])).stdout).toContain("Cost unknown");
});

test("retry starts a new run, and refuses for one that completed", async () => {
  const { api, task, errand, start } = await withTask();
  const run = api.addRun(task);
  api.end(run.id, "FAILED", null, "AGENT_ERROR");
  const followed = start(["retry", "nightly", "--follow"]);
  await followed.shows("Queued …");
  const again = await newestRun(api);
  expect(again.parentRunId).toBe(run.id);
  api.end(again.id, "DONE", "Done.");
  expect((await followed.ended).code).toBe(0);
  expect(await errand(["retry", again.id])).toMatchObject({ code: 5 });
});

test("runs are listed over all tasks or of one, by status in the words of people or of the API", async () => {
  const { api, task, errand } = await withTask();
  const [first, second] = [api.addRun(task), api.addRun(task)];
  api.end(first.id, "TIMED_OUT", null, "DEADLINE_EXCEEDED");
  const ids = async (...args: string[]) => {
    const { stdout } = await errand(["runs", ...args, "--json"]);
    return operations.listRuns.output.parse(JSON.parse(stdout)).items.map((run) => run.id);
  };
  expect(await ids()).toEqual([second.id, first.id]);
  expect(await ids("--status", "timed out")).toEqual([first.id]);
  expect(await ids("nightly", "--status", "queued")).toEqual([second.id]);
  expect(await ids("nightly", "--limit", "1")).toEqual([second.id]);
  const { stdout } = await errand(["runs"]);
  expect(stdout).toMatch(/^ID +TASK +STATUS +CREATED +TOOK +COST +TRIGGER +ERROR\n/);
  expect(stdout).toMatch(/Timed out .* 12\.3 s +\$0\.0123 +manual +DEADLINE_EXCEEDED\n/);
  expect(await errand(["runs", "--status", "odd"])).toMatchObject({ code: 2 });
});
