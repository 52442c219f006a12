import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../core/key/key.ts";
import { claimPending } from "../../core/run/claim.ts";
import { syncSchedule } from "../../core/schedule/sync.ts";
import { sweep } from "../../core/sweep.ts";
import { deleteTask } from "../../core/task/delete.ts";
import { withStruckApi } from "../support/doomed.ts";
import { checkInvariants } from "../support/invariants.ts";
import { expectEnded, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { scheduleNamed } from "../support/schedule.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  await storeCredential(stack);
});
afterAll(() => stack.close());

const hourly = { type: "cron", preset: "hourly" } as const;
const daily = { type: "cron", preset: "daily-9am" } as const;
const readTask = async (taskId: string) => {
  const key = { workspaceId: stack.workspaceId, taskId };
  const { data } = await stack.ctx.table.entities.task.get(key).go({ consistent: true });
  if (!data) throw new Error("The task is gone.");
  return data;
};
const expressionOf = async (taskId: string) => (await scheduleNamed(stack, taskId))?.ScheduleExpression;
/** Scheduler does not answer while `act` goes on. */
async function withoutScheduler<T>(act: () => Promise<T>): Promise<T> {
  stack.aws.faults.add({ service: "scheduler", operation: "*", kind: "error500", times: 1000 });
  try {
    return await act();
  } finally {
    stack.aws.faults.clear();
  }
}

describe("Scheduler away while a task is made", () => {
  it("leaves the schedule to the sweep, and a slot that came meanwhile is made up for, once", async () => {
    const input = { schedule: hourly, notificationEmail: "ann@example.com" };
    const task = await withoutScheduler(() => stack.createTask(input));
    expect(await expressionOf(task.id)).toBeUndefined();
    const slot = new Date(task.nextRunAt ?? "");
    await sweep(stack.later((slot.getTime() - Date.now()) / 1000 + 30));
    expect(await expressionOf(task.id)).toBe("cron(0 * * * ? *)");
    const runId = slotRunId(task.id, slot);
    expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", trigger: "CRON", slot: slot.toISOString() });
    await sweep(stack.later((slot.getTime() - Date.now()) / 1000 + 31));
    await stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() });
    expect((await stack.client.listTaskRuns({ params: { taskId: task.id } })).items).toHaveLength(1);
    await (await playRunner(stack, runId)).complete();
    await expectEnded(stack, runId);
  });

  it("does not lose a one-time task whose instant has passed, nor gives Scheduler a past one", async () => {
    const at = new Date(Date.now() + 30_000).toISOString();
    const task = await withoutScheduler(() => stack.createTask({ schedule: { type: "once", at } }));
    await sweep(stack.later(60));
    expect(await expressionOf(task.id)).toBeUndefined();
    const { items } = await stack.client.listTaskRuns({ params: { taskId: task.id } });
    expect(items).toMatchObject([{ trigger: "ONCE", status: "CLAIMED" }]);
    await sweep(stack.later(61));
    await (await playRunner(stack, items[0]?.id ?? "")).complete();
    await sweep(stack.later(62));
    expect((await stack.client.listTaskRuns({ params: { taskId: task.id } })).items).toHaveLength(1);
    expect((await readTask(task.id)).sweep).toBe("none");
    await checkInvariants(stack);
  });
});

describe("a slow sync of an old schedule", () => {
  it("that overtakes a newer one is put right by the sweep", async () => {
    const task = await stack.createTask({ schedule: hourly });
    const old = await readTask(task.id);
    await stack.client.updateTask({ params: { taskId: task.id }, body: { schedule: daily } });
    await syncSchedule(stack.ctx, old);
    expect(await expressionOf(task.id)).toBe("cron(0 * * * ? *)");
    await sweep(stack.ctx);
    expect(await expressionOf(task.id)).toBe("cron(0 9 * * ? *)");
    expect((await readTask(task.id)).sweep).toBe("none");
  });

  it("that overtakes the task's deletion leaves no schedule behind", async () => {
    const task = await stack.createTask({ schedule: hourly });
    const old = await readTask(task.id);
    await stack.client.deleteTask({ params: { taskId: task.id } });
    await syncSchedule(stack.ctx, old);
    expect(await expressionOf(task.id)).toBeUndefined();
  });
});

describe("a task that is renamed while it is deleted", () => {
  it("leaves neither name taken", async () => {
    const task = await stack.createTask({ name: "old name" });
    const read = await readTask(task.id);
    await stack.client.updateTask({ params: { taskId: task.id }, body: { name: "new name" } });
    await deleteTask(stack.ctx, read, { by: { kind: "system", id: null, name: "Errand" } });
    await sweep(stack.ctx);
    for (const name of ["old name", "new name"]) await stack.createTask({ name });
  });
});

describe("a ticket", () => {
  it("whose use was answered by a cut connection is good all the same", async () => {
    const task = await stack.createTask({ notificationEmail: "ann@example.com" });
    const { id: runId } = await stack.client.runTask({ params: { taskId: task.id } });
    stack.aws.faults.add({ service: "dynamodb", operation: "UpdateItem", kind: "after" });
    const runner = await playRunner(stack, runId);
    await runner.complete({ result: "done" });
    expect(await rowOf(stack, runId)).toMatchObject({ status: "DONE", attempt: 1 });
    await expectEnded(stack, runId);
  });
});

describe("a run that waited long because ECS had no room for its container", () => {
  it("keeps its attempt, and has a launch window of its own when its turn comes", async () => {
    const task = await stack.createTask({ notificationEmail: "ann@example.com" });
    stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind: "no-capacity" });
    const { id: runId } = await stack.client.runTask({ params: { taskId: task.id } });
    const waiting = await rowOf(stack, runId);
    expect(waiting).toMatchObject({ status: "PENDING", attempt: 1, launchTries: 1 });
    if (!waiting) throw new Error("The run is gone.");
    const later = stack.later(1000);
    const claimed = await claimPending(later, waiting, await readTask(task.id), "sweeper");
    if (claimed.kind !== "claimed") throw new Error(`The run was not claimed: ${claimed.kind}`);
    expect(Date.parse(claimed.run.leaseUntil ?? "")).toBe(Date.parse(claimed.run.claimedAt ?? "") + 120_000);
    await sweep(stack.later(1060));
    expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", attempt: 1 });
    await (await playRunner(stack, runId)).complete();
    await expectEnded(stack, runId);
  });
});

describe("a batch of which DynamoDB leaves a part undone", () => {
  it("is read again, so that no list is short of a row", async () => {
    const key = { name: "fault", role: "admin", autonomy: 3, expiresInDays: null } as const;
    const { secret } = await createKey(stack.ctx, stack.workspaceId, key);
    const task = await stack.createTask();
    await stack.client.runTask({ params: { taskId: task.id } });
    const table = stack.ctx.config.table;
    let left = 2;
    const undone = (_number: number, operation: string) =>
      operation === "BatchGetItem" && left-- > 0
        ? {
            kind: "answer" as const,
            status: 200,
            body: { Responses: { [table]: [] }, UnprocessedKeys: { [table]: { Keys: [{ pk: { S: "a" } }] } } },
          }
        : undefined;
    await withStruckApi(stack, secret, undone, async (client) => {
      const { items } = await client.listTaskRuns({ params: { taskId: task.id } });
      expect(items).toHaveLength(1);
    });
  });
});
