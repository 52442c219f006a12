import { afterAll, beforeAll, expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { listContainers, readStartedBy } from "../core/aws/fargate.ts";
import { names } from "../local/deployment.ts";
import { modelCall, playRunner } from "../test/support/runner.ts";
import { type Stack, startStack } from "../test/support/stack.ts";
import { until } from "../test/support/until.ts";
import { errand, type Surroundings, start } from "./testing/command.ts";

const lines = [
  { n: 1, t: "2026-11-20T09:00:00.000Z", kind: "system", text: "Cloned" },
  { n: 2, t: "2026-11-20T09:00:01.000Z", kind: "tool_call", tool: "Bash", text: "git status" },
  { n: 3, t: "2026-11-20T09:00:02.000Z", kind: "assistant", text: "All is well." },
];
const print = lines.map((line) => `echo '${JSON.stringify(line)}';`).join(" ");

let stack: Stack;
let env: Record<string, string>;
beforeAll(async () => {
  const container = { command: ["sh", "-c", `${print} sleep 1000`], env: { PATH: "/usr/bin:/bin" } };
  stack = await startStack({ images: { [names.image("claude")]: container, [names.image("codex")]: container } });
  const { secret } = await stack.client.createKey({ body: { name: "cli", role: "admin" } });
  env = { ERRAND_URL: stack.url, ERRAND_API_KEY: secret };
});
afterAll(() => stack.close());

const here = (args: string[], more: Surroundings = {}) => errand(args, { ...more, env });
const answer = async (...args: string[]) => {
  const { code, stdout, stderr } = await here([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

/** Starts a run of the task, and plays the runner in its container; what that container prints is the run's log. */
async function followed(task: string) {
  const command = start(["run", task, "--follow"], { env });
  await command.shows(" …");
  const { items } = operations.listRuns.output.parse(await answer("runs", task));
  const runId = items[0]?.id ?? "";
  const container = await until(async () =>
    (await listContainers(stack.ctx.config)).find((each) => readStartedBy(each.startedBy)?.runId === runId),
  );
  const runner = await playRunner(stack, runId, 1, container.taskArn);
  await command.shows("● All is well.");
  return { command, runId, runner };
}

test("a credential, a task, a run that is followed to its end: the real API says what the command tells", async () => {
  expect(await here(["credential", "set", "claude"], { stdin: "sk-ant-api03-0123456789" })).toMatchObject({ code: 0 });
  const schedule = ["--cron", "0 3 * * *", "--timezone", "Europe/Stockholm"];
  const created = await answer("task", "create", "Nightly", "--prompt", "Say hello", ...schedule);
  expect(created).toMatchObject({ name: "Nightly", nextRunAt: expect.any(String) });
  const { command, runId, runner } = await followed("NIGHTLY");
  await runner.complete({ result: "Hello.", turns: 2, lastLine: 3, calls: [modelCall(1)] });
  const { code, stdout } = await command.ended;
  expect(stdout).toContain("· Cloned\n→ Bash git status\n● All is well.\n\nCompleted  Nightly");
  expect(stdout).toMatch(/\nHello\.\n\nCost \$0\.\d+, took .*, 2 turns\n/);
  expect(code).toBe(0);
  expect(await answer("show", runId)).toMatchObject({ status: "DONE", result: "Hello." });
  expect((await answer("logs", "nightly")).lines).toHaveLength(3);
  expect(await here(["retry", runId])).toMatchObject({ code: 5 });
  expect(await here(["cancel", runId])).toMatchObject({ code: 5 });
});

test("a run is cancelled while it is followed", async () => {
  await answer("task", "create", "endless", "--prompt", "Go on");
  const { command } = await followed("endless");
  expect(await here(["cancel", "endless"])).toMatchObject({ code: 0 });
  expect(await command.ended).toMatchObject({ code: 1, stdout: expect.stringContaining("Cancelled  endless") });
});

test.each([
  ["--cron", "30 4 * * *"],
  ["--preset", "hourly"],
  ["--at", "2090-01-31T09:00:00Z"],
])("a task stays in its time zone when it is given another schedule by %s", async (flag, value) => {
  const name = `stockholm ${flag}`;
  const schedule = ["--cron", "0 3 * * *", "--timezone", "Europe/Stockholm"];
  await answer("task", "create", name, "--prompt", "Say hello", ...schedule);
  const changed = await answer("task", "update", name, flag, value);
  expect(changed.schedule).toMatchObject({ timezone: "Europe/Stockholm" });
  await answer("task", "update", name, "--manual");
  expect((await answer("task", "update", name, "--cron", "0 5 * * *")).schedule).toMatchObject({
    timezone: "Europe/Stockholm",
  });
});

test("what the real API refuses is told by flag and exit code", async () => {
  const cron = await here(["task", "create", "a", "--prompt", "x", "--cron", "61 * * * *"]);
  expect(cron).toMatchObject({ code: 2, stderr: expect.stringMatching(/\n {2}--cron {2}\S/) });
  const zone = await here(["task", "create", "a", "--prompt", "x", "--preset", "hourly", "--timezone", "Mars"]);
  expect(zone).toMatchObject({ code: 2, stderr: expect.stringMatching(/\n {2}--timezone {2}\S/) });
  const past = await here(["task", "create", "a", "--prompt", "x", "--at", "2001-01-01T00:00:00Z"]);
  expect(past).toMatchObject({ code: 2, stderr: expect.stringMatching(/\n {2}--at {2}\S/) });
  const wrong = await here(["credential", "set", "codex"], { stdin: "sk-ant-api03-0123456789" });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("  --kind  ") });
  await answer("task", "create", "taken", "--prompt", "x");
  expect(await here(["task", "create", "TAKEN", "--prompt", "x"])).toMatchObject({ code: 5 });
  expect(await here(["task", "show", "nothing"])).toMatchObject({ code: 4 });
  expect(await here(["task", "delete", "taken", "--yes"])).toMatchObject({ code: 0 });
  expect(await here(["task", "show", "taken"])).toMatchObject({ code: 4 });
});

test("a key that is made by the command signs in until it is revoked", async () => {
  const { secret, id } = operations.createKey.output.parse(await answer("key", "create", "ci", "--role", "viewer"));
  const asViewer = { env: { ...env, ERRAND_API_KEY: secret } };
  expect(await errand(["task", "list"], asViewer)).toMatchObject({ code: 0 });
  expect(await errand(["run", "nightly"], asViewer)).toMatchObject({ code: 3 });
  expect(await here(["key", "revoke", id, "--yes"])).toMatchObject({ code: 0 });
  expect(await errand(["task", "list"], asViewer)).toMatchObject({ code: 3 });
});
