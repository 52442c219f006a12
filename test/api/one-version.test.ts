import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dispatchSlot } from "../../core/run/dispatch.ts";
import { freshSlot, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
  await storeCredential(stack);
  await stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap: 100 }).go();
});
afterAll(() => stack.close());

type Change = Parameters<typeof stack.client.updateTask>[0]["body"];

/** What a runner is handed of a run whose task was changed between its start and its ticket. */
async function orderAfter(task: Parameters<typeof stack.createTask>[0], body: Change) {
  const { id: taskId } = await stack.createTask(task);
  const { id } = await stack.client.runTask({ params: { taskId } });
  await stack.client.updateTask({ params: { taskId }, body });
  return (await playRunner(stack, id)).order;
}
async function encrypted(name: string, values: Record<string, string>) {
  const { configApiKey = "" } = await stack.client.createParameterStore({ body: { name, encrypted: true, values } });
  return { parameterStore: name, parameterStoreKey: configApiKey };
}

const before = {
  prompt: "Do this.",
  agentType: "claude-runner",
  model: "claude-sonnet-4-5",
  sourceUrl: "https://github.com/owner/one",
  subPath: "one",
  maxTurns: 11,
  timeoutMinutes: 21,
  allowedTools: ["Read"],
  disallowedTools: ["Bash"],
  notificationEmail: "one@example.com",
} as const;
const after = {
  prompt: "Do that.",
  agentType: "codex-runner",
  model: "gpt-5-codex",
  sourceUrl: "https://github.com/owner/two",
  subPath: "two",
  maxTurns: 12,
  timeoutMinutes: 22,
  allowedTools: null,
  disallowedTools: null,
  sandbox: "read-only",
  notificationEmail: "two@example.com",
} as const;

describe("a run is all of the version it was asked with", () => {
  it("whatever of its task was changed since", async () => {
    const { allowedTools, disallowedTools } = before;
    const { id: taskId } = await stack.createTask({
      ...before,
      allowedTools: [...allowedTools],
      disallowedTools: [...disallowedTools],
    });
    const { id } = await stack.client.runTask({ params: { taskId } });
    await stack.client.updateTask({ params: { taskId }, body: after });
    const { timeoutMinutes, notificationEmail, ...work } = before;
    const { order } = await playRunner(stack, id);
    expect(order.task).toEqual({ ...work, sandbox: null });
    const minutes = (Date.parse(order.deadlineAt) - Date.parse((await rowOf(stack, id))?.startedAt ?? "")) / 60_000;
    expect(minutes).toBe(timeoutMinutes);
    expect(await stack.client.getRunInput({ params: { runId: id } })).toMatchObject({ ...work, notificationEmail });
  });

  it("opens the parameter store that its task had, by the key it had", async () => {
    const one = await encrypted("one", { OF: "one" });
    const two = await encrypted("two", { OF: "two" });
    expect((await orderAfter(one, two)).secrets.environment).toEqual({ OF: "one" });
    const none = { parameterStore: null, parameterStoreKey: null };
    expect((await orderAfter(two, none)).secrets.environment).toEqual({ OF: "two" });
  });

  it("clones from the host that its task had, with the token for that host", async () => {
    const before = { sourceUrl: "https://github.com/owner/repository", gitToken: "ghp_tokenOfGithub0123456789" };
    const after = { sourceUrl: "https://gitlab.com/owner/repository", gitToken: "glpat-tokenOfGitlab01234" };
    const { task, secrets } = await orderAfter(before, after);
    expect([task.sourceUrl, secrets.gitToken]).toEqual([before.sourceUrl, before.gitToken]);
  });

  it("takes a token and a key that were renewed as they are now", async () => {
    const before = { sourceUrl: "https://github.com/owner/repository", gitToken: "ghp_tokenOfGithub0123456789" };
    const { secrets } = await orderAfter(before, { gitToken: "ghp_anotherOfGithub012345678" });
    expect(secrets.gitToken).toBe("ghp_anotherOfGithub012345678");
  });

  it("keeps the zone of the schedule that its slot came from", async () => {
    const daily = (timezone: string) => ({ type: "cron", expression: "0 9 * * *", timezone }) as const;
    const order = await orderAfter({ schedule: daily("Asia/Tokyo") }, { schedule: daily("Europe/Paris") });
    expect(order.run.timezone).toBe("Asia/Tokyo");
  });

  it("starts from the queue with the store and the key that it was asked with", async () => {
    const one = await encrypted("three", { OF: "three" });
    const { id: taskId } = await stack.createTask(one);
    const first = await stack.client.runTask({ params: { taskId } });
    const second = await stack.client.runTask({ params: { taskId } });
    await stack.client.updateTask({ params: { taskId }, body: { parameterStore: null, parameterStoreKey: null } });
    await (await playRunner(stack, first.id)).complete({ result: "first" });
    await stack.drainStream();
    expect((await playRunner(stack, second.id)).order.secrets.environment).toEqual({ OF: "three" });
  });
});

it("a run keeps who asked for it, what works on it, and the run that it goes back to", async () => {
  const { id: taskId } = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
  const slot = freshSlot();
  await dispatchSlot(stack.ctx, { workspaceId: stack.workspaceId, taskId, slot: slot.toISOString() });
  const first = slotRunId(taskId, slot);
  const kept = { executor: "container", priority: 0, depth: 0, rootRunId: first };
  const read = (runId: string) => stack.client.getRun({ params: { runId } });
  expect(await read(first)).toMatchObject({ ...kept, requestedBy: { kind: "system", name: "Schedule" } });
  await (await playRunner(stack, first)).complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
  const { id } = await stack.client.retryRun({ params: { runId: first } });
  const byPerson = { kind: expect.stringMatching(/^(member|key)$/), name: expect.any(String) };
  expect(await read(id)).toMatchObject({ ...kept, parentRunId: first, requestedBy: byPerson });
});

it("what the last run of a task said is found behind any number of skipped slots", async () => {
  const { id: taskId } = await stack.createTask({ schedule: { type: "cron", preset: "every-15-minutes" } });
  const run = () => stack.client.runTask({ params: { taskId } });
  const first = await run();
  await (await playRunner(stack, first.id)).complete({ result: "What I said." });
  const long = await run();
  const next = Math.ceil(Date.now() / 900_000) * 900_000;
  for (let n = 0; n < 25; n++) {
    const slot = new Date(next + n * 900_000);
    await dispatchSlot(
      { ...stack.ctx, now: () => slot },
      { workspaceId: stack.workspaceId, taskId, slot: slot.toISOString() },
    );
  }
  await (await playRunner(stack, long.id)).complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
  const { order } = await playRunner(stack, (await run()).id);
  expect(order.run.previous).toMatchObject({ status: "FAILED" });
});

it("a task that Errand disabled after its failures is said to be changed by Errand", async () => {
  const { id: taskId } = await stack.createTask({});
  for (let n = 0; n < 5; n++) {
    const { id } = await stack.client.runTask({ params: { taskId } });
    await (await playRunner(stack, id)).complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
  }
  const task = await stack.client.getTask({ params: { taskId } });
  expect(task).toMatchObject({ enabled: false, updatedBy: { kind: "system", name: "Errand" } });
});
