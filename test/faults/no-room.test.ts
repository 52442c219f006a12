import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { checkInvariants, containersOf, mailsAbout } from "../support/invariants.ts";
import { freshSlot, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing", runningCap: 100 });
  await storeCredential(stack);
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  stack.aws.faults.clear();
  vi.useRealTimers();
});
afterAll(() => stack.close());

const noRoom = () => stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind: "no-capacity", times: 1e6 });

/** The minutes go by, with a sweep in each. */
async function pass(minutes: number): Promise<void> {
  for (let left = minutes; left > 0; left--) {
    vi.setSystemTime(Date.now() + 60_000);
    await stack.invoke("sweeper", {});
    await stack.drainStream();
  }
}

const hourly = { type: "cron", preset: "hourly" } as const;
const aTask = (input = {}) => stack.createTask({ schedule: hourly, notificationEmail: "ann@example.com", ...input });

async function deliver(taskId: string): Promise<string> {
  const slot = freshSlot();
  await stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId, slot: slot.toISOString() });
  await stack.drainStream();
  return slotRunId(taskId, slot);
}

it("an hour without room costs no run and no attempt, and all of them start when there is room", async () => {
  noRoom();
  const tasks = await Promise.all(Array.from({ length: 6 }, () => aTask()));
  const runIds: string[] = [];
  for (const { id } of tasks) runIds.push(await deliver(id));
  for (const { id } of tasks) runIds.push((await stack.client.runTask({ params: { taskId: id } })).id);
  await stack.drainStream();
  const asked = stack.aws.calls.count("ecs", "RunTask");
  await pass(60);
  // Who finds no room tries no other run: however many wait, a minute costs one call.
  expect(stack.aws.calls.count("ecs", "RunTask") - asked).toBeLessThanOrEqual(60);
  for (const runId of runIds) expect(await rowOf(stack, runId)).toMatchObject({ status: "PENDING", attempt: 1 });
  expect(await containersOf(stack)).toEqual([]);

  stack.aws.faults.clear();
  // Of a task's two runs one at a time goes, whichever is tried first.
  for (let minute = 0; minute < 12; minute++) {
    await pass(1);
    for (const runId of runIds) {
      if ((await rowOf(stack, runId))?.status === "CLAIMED") await (await playRunner(stack, runId)).complete();
    }
  }
  await stack.drainStream();
  for (const runId of runIds) {
    expect(await rowOf(stack, runId)).toMatchObject({ status: "DONE", attempt: 1 });
    expect(await containersOf(stack, runId)).toHaveLength(1);
    expect(mailsAbout(stack, runId)).toHaveLength(1);
  }
  await checkInvariants(stack);
}, 120_000);

it("runs that find no room in their time to start fail as NOT_STARTED, told by mail, and disable no task", async () => {
  noRoom();
  const { id: taskId } = await aTask({ startWithinMinutes: 10 });
  for (let n = 0; n < 6; n++) {
    const runId = await deliver(taskId);
    await pass(9);
    expect(await rowOf(stack, runId)).toMatchObject({ status: "PENDING", attempt: 1 });
    await pass(7);
    const run = await stack.client.getRun({ params: { runId } });
    expect(run).toMatchObject({ status: "FAILED", attempt: 1, error: { code: "NOT_STARTED" } });
    expect(mailsAbout(stack, runId)).toHaveLength(1);
  }
  const task = await stack.client.getTask({ params: { taskId } });
  expect(task).toMatchObject({ enabled: true, consecutiveFailures: 0 });

  stack.aws.faults.clear();
  const runId = await deliver(taskId);
  expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", attempt: 1 });
  await checkInvariants(stack);
}, 120_000);

it("a run whose container ECS is still bringing up is waited for, as long as it may take to start", async () => {
  const { id: taskId } = await aTask({ startWithinMinutes: 15 });
  const runId = await deliver(taskId);
  expect(await containersOf(stack, runId)).toMatchObject([{ status: "PROVISIONING" }]);
  await pass(14);
  expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", attempt: 1 });
  await pass(6);
  expect((await rowOf(stack, runId))?.attempt).toBe(2);
}, 120_000);
