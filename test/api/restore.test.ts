import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskLimits } from "../../contract/task-limits.ts";
import { claimNew } from "../../core/run/claim.ts";
import { dispatchSlot, runOfSlot } from "../../core/run/dispatch.ts";
import { sweep } from "../../core/sweep.ts";
import { stopDeleted } from "../../core/task/delete.ts";
import { restoreTask } from "../../core/task/restore.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { checkInvariants } from "../support/invariants.ts";
import { storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { scheduleNamed } from "../support/schedule.ts";
import { canary, type Stack, slotOf, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
  await storeCredential(stack);
});
afterAll(async () => {
  await checkInvariants(stack);
  await stack.close();
});

const hourly = { type: "cron", preset: "hourly" } as const;
const purged = taskLimits.restorableMinutes * 60 + 60;
const get = (taskId: string) => stack.client.getTask({ params: { taskId } });
const remove = (taskId: string) => stack.client.deleteTask({ params: { taskId } });
const restore = (taskId: string) => stack.client.restoreTask({ params: { taskId } });
const runsOf = async (taskId: string) => (await stack.client.listTaskRuns({ params: { taskId } })).items;
const counts = async () => (await stack.client.getOverview()).tasks;

async function rowOf(taskId: string) {
  const { data } = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId }).go();
  if (!data) throw new Error("no such task");
  return data;
}

const expressionOf = async (taskId: string) => (await scheduleNamed(stack, taskId))?.ScheduleExpression;

describe("a deleted task that is restored", () => {
  it("is as it was, with its schedule, its runs, its secrets and its place in the counts", async () => {
    const task = await stack.createTask({ name: "Kept", schedule: hourly, gitToken: canary });
    const { id: runId } = await stack.client.runTask({ params: { taskId: task.id } });
    const runner = await playRunner(stack, runId);
    await runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
    const [before, counted] = [await get(task.id), await counts()];
    await remove(task.id);
    expect(await expressionOf(task.id)).toBeUndefined();
    expect(await counts()).toEqual({
      total: counted.total - 1,
      enabled: counted.enabled - 1,
      failing: counted.failing - 1,
    });
    const restored = await restore(task.id);
    const changed = { updatedAt: expect.any(String), updatedBy: expect.anything(), version: expect.any(String) };
    expect(restored).toEqual({ ...before, ...changed });
    expect(restored.version).not.toBe(before.version);
    expect(await get(task.id)).toEqual(restored);
    expect(await expressionOf(task.id)).toBe("cron(0 * * * ? *)");
    expect((await runsOf(task.id)).map(({ id }) => id)).toEqual([runId]);
    expect(await counts()).toEqual(counted);
    await sweep(stack.later(purged));
    expect((await rowOf(task.id)).deletedAt).toBeUndefined();
    expect((await stack.ctx.table.entities.run.get({ runId }).go()).data?.expiresAt).toBeUndefined();
  });

  it("stays disabled where it was, and its cancelled run stays cancelled", async () => {
    const { id } = await stack.createTask({ schedule: hourly, enabled: false });
    const { id: runId } = await stack.client.runTask({ params: { taskId: id } });
    await remove(id);
    expect(await restore(id)).toMatchObject({ enabled: false, nextRunAt: null });
    expect(await expressionOf(id)).toBeUndefined();
    expect(await stack.client.getRun({ params: { runId } })).toMatchObject({ status: "CANCELLED" });
    expect(await stack.client.runTask({ params: { taskId: id } })).toMatchObject({ status: "CLAIMED" });
  });

  it("takes its name back, unless another task has it by now", async () => {
    const task = await stack.createTask({ name: "Wanted twice" });
    await remove(task.id);
    const other = await stack.createTask({ name: "wanted TWICE" });
    await expect(restore(task.id)).rejects.toMatchObject({
      code: "name_taken",
      message: expect.stringContaining("Give that one another name"),
    });
    await expect(get(task.id)).rejects.toMatchObject({ status: 404 });
    await stack.client.updateTask({ params: { taskId: other.id }, body: { name: "Wanted once" } });
    expect(await restore(task.id)).toMatchObject({ name: "Wanted twice" });
    await expect(stack.createTask({ name: "wanted twice" })).rejects.toMatchObject({ code: "name_taken" });
  });

  it("is restored once, however many ask at once, and stays there when it is asked again", async () => {
    const task = await stack.createTask({ schedule: hourly });
    const before = await counts();
    await remove(task.id);
    const answers = await Promise.all([restore(task.id), restore(task.id), restore(task.id)]);
    expect(answers.map(({ name }) => name)).toEqual([task.name, task.name, task.name]);
    expect((await restore(task.id)).version).toBe((await get(task.id)).version);
    expect(await counts()).toEqual(before);
  });

  it("had no slots meanwhile: none has run, and none is told as missed", async () => {
    const { id } = await stack.createTask({ schedule: hourly });
    await remove(id);
    const slot = { workspaceId: stack.workspaceId, taskId: id, slot: slotOf(0) };
    await dispatchSlot(stack.later(3600), slot);
    expect(await stack.client.listRuns({ query: { taskId: id } })).toMatchObject({ items: [] });
    // Restored two hours later, by a clock that is there already.
    const by = { kind: "system", id: null, name: "Errand" } as const;
    await restoreTask(stack.later(2 * 3600), stack.workspaceId, id, by);
    await sweep(stack.later(2 * 3600 + 60));
    await sweep(stack.later(12 * 3600));
    const slots = (await runsOf(id)).map((run) => run.slot);
    expect(slots).not.toContain(slot.slot);
    const next = slotOf(3);
    await dispatchSlot(stack.later(4 * 3600), { ...slot, slot: next });
    expect((await runsOf(id)).map((run) => run.slot)).toContain(next);
    await remove(id);
  });

  it("keeps its schedule though the sweep was still taking the old one away", async () => {
    const { id } = await stack.createTask({ schedule: hourly });
    await remove(id);
    const deleted = await rowOf(id);
    await restore(id);
    await stopDeleted(stack.ctx, deleted);
    await sweep(stack.ctx);
    expect(await expressionOf(id)).toBe("cron(0 * * * ? *)");
  });
});

describe("a deleted task", () => {
  it("gets no run of somebody who read it before", async () => {
    for (const overlap of ["skip", "queue", "allow"] as const) {
      const { id } = await stack.createTask({ schedule: hourly, overlap });
      const read = await rowOf(id);
      await remove(id);
      const fresh = runOfSlot(read, read.schedule, slotOf(0));
      expect(await claimNew(stack.ctx, read, fresh, "dispatcher")).toEqual({ kind: "gone" });
    }
  });

  it("cannot be restored by another workspace, or when its hour is over", async () => {
    const { id } = await stack.createTask({ schedule: hourly });
    await remove(id);
    const stranger = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "other"));
    await expect(stranger.restoreTask({ params: { taskId: id } })).rejects.toMatchObject({ code: "not_found" });
    await sweep(stack.later(purged - 120));
    expect((await rowOf(id)).deletedAt).toBeDefined();
    await sweep(stack.later(purged));
    await expect(restore(id)).rejects.toMatchObject({ code: "not_found" });
    const { data } = await stack.ctx.table.entities.slotWatch.get({ workspaceId: stack.workspaceId, taskId: id }).go();
    expect(data).toBeNull();
  });

  it("costs the sweep nothing while it can be restored", async () => {
    const { id } = await stack.createTask({ schedule: hourly });
    await remove(id);
    await sweep(stack.ctx);
    const calls = stack.aws.calls.count("scheduler", "DeleteSchedule");
    await sweep(stack.later(60));
    expect(stack.aws.calls.count("scheduler", "DeleteSchedule")).toBe(calls);
    expect((await rowOf(id)).sweep).toBe("none");
  });
});
