import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dispatchSlot } from "../../core/run/dispatch.ts";
import { reconcile } from "../../core/run/reconcile.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { checkInvariants } from "../support/invariants.ts";
import { freshSlot, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

const overview = () => stack.client.getOverview();
const start = async (taskId: string) => {
  const { id } = await stack.client.runTask({ params: { taskId } });
  return { id, runner: await playRunner(stack, id) };
};
const delta = <T extends Record<string, number>>(before: T, after: T) =>
  Object.fromEntries(Object.keys(before).map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));

describe("an empty workspace", () => {
  it("has an overview of nothing: thirty days, none of them missing", async () => {
    const client = await stack.clientAs("viewer", await ensureWorkspace(stack.ctx, "empty"));
    const empty = await client.getOverview();
    expect(empty).toMatchObject({
      tasks: { total: 0, enabled: 0, failing: 0 },
      runsToday: 0,
      runningNow: 0,
      spendThisMonthUsd: 0,
      nextRuns: [],
      recentRuns: [],
    });
    const days = empty.days.map(({ day }) => Date.parse(day));
    expect(days).toHaveLength(30);
    expect(empty.days.at(-1)).toMatchObject({ day: new Date().toISOString().slice(0, 10), done: 0, costUsd: 0 });
    expect(days.slice(1).every((day, n) => day - (days[n] ?? 0) === 86_400_000)).toBe(true);
    expect(await client.getLive()).toEqual({ queued: 0, running: 0, latest: [] });
  });
});

describe("the overview", () => {
  it("counts tasks, those that are enabled, and those whose last run failed", async () => {
    const { tasks: before } = await overview();
    const { id } = await stack.createTask();
    await stack.createTask({ enabled: false });
    const { id: gone } = await stack.createTask();
    await stack.client.deleteTask({ params: { taskId: gone } });
    const count = async () => delta(before, (await overview()).tasks);
    expect(await count()).toEqual({ total: 2, enabled: 1, failing: 0 });
    const first = await start(id);
    await first.runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
    expect(await count()).toMatchObject({ failing: 1 });
    await (await start(id)).runner.complete({ outcome: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" } });
    expect(await count()).toMatchObject({ failing: 1 });
    await (await start(id)).runner.complete({ outcome: "DONE" });
    expect(await count()).toMatchObject({ failing: 0 });
  });

  it("counts what is enabled, disabled, deleted and disabled by its failures", async () => {
    const { tasks: before } = await overview();
    const count = async () => delta(before, (await overview()).tasks);
    const { id: taskId } = await stack.createTask({ schedule: { type: "cron", expression: "0 * * * *" } });
    const params = { taskId };
    const next = async () => (await overview()).nextRuns.some((run) => run.taskId === taskId);
    expect([await count(), await next()]).toEqual([{ total: 1, enabled: 1, failing: 0 }, true]);
    for (const enabled of [false, false]) await stack.client.updateTask({ params, body: { enabled } });
    expect([await count(), await next()]).toEqual([{ total: 1, enabled: 0, failing: 0 }, false]);
    for (const enabled of [true, true]) await stack.client.updateTask({ params, body: { enabled } });
    expect([await count(), await next()]).toEqual([{ total: 1, enabled: 1, failing: 0 }, true]);
    for (let n = 0; n < 5; n += 1) {
      await (await start(taskId)).runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
    }
    expect([await count(), await next()]).toEqual([{ total: 1, enabled: 0, failing: 1 }, false]);
    await stack.client.updateTask({ params, body: { enabled: true, name: "failing then gone" } });
    const going = await start(taskId);
    await stack.client.deleteTask({ params });
    expect([await count(), await next()]).toEqual([{ total: 0, enabled: 0, failing: 0 }, false]);
    await going.runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
    expect(await count()).toEqual({ total: 0, enabled: 0, failing: 0 });
    await checkInvariants(stack);
  });

  it("moves a task behind the others when its slot has come, however the slot went", async () => {
    const workspaceId = await ensureWorkspace(stack.ctx, "slots");
    const client = await stack.clientAs("admin", workspaceId);
    const schedule = { type: "cron", expression: "0 * * * *" } as const;
    const { id: taskId } = await client.createTask({ body: { name: "hourly", prompt: "Hi.", schedule } });
    const { taskState } = stack.ctx.table.entities;
    const nextSlot = async () => (await taskState.get({ workspaceId, taskId }).go({ consistent: true })).data?.nextSlot;
    for (const _ of ["no credential", "again"]) {
      const slot = (await nextSlot()) ?? "";
      await dispatchSlot(stack.ctx, { workspaceId, taskId, slot });
      expect(await nextSlot()).toBe(new Date(Date.parse(slot) + 3_600_000).toISOString());
    }
    const passed = new Date(Date.now() - 3_600_000).toISOString();
    await taskState.patch({ workspaceId, taskId }).set({ nextSlot: passed }).go();
    expect((await client.getOverview()).nextRuns).toEqual([]);
    await reconcile(stack.later(86_400));
    expect((await client.getOverview()).nextRuns).toHaveLength(1);
  });

  it("counts a skipped slot neither as a failure nor as a recovery", async () => {
    const { tasks: before } = await overview();
    const { id: taskId } = await stack.createTask({ schedule: { type: "cron", expression: "0 * * * *" } });
    await (await start(taskId)).runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
    const busy = await start(taskId);
    const slot = freshSlot();
    await dispatchSlot(stack.ctx, { workspaceId: stack.workspaceId, taskId, slot: slot.toISOString() });
    expect((await rowOf(stack, slotRunId(taskId, slot)))?.errorCode).toBe("OVERLAP_SKIPPED");
    expect(delta(before, (await overview()).tasks)).toMatchObject({ failing: 1 });
    await busy.runner.complete();
    expect(delta(before, (await overview()).tasks)).toMatchObject({ failing: 0 });
  });

  it("counts runs of today as they start and end, and what they cost", async () => {
    const before = await overview();
    const { id: taskId } = await stack.createTask();
    const { id, runner } = await start(taskId);
    const during = await overview();
    expect([during.runsToday - before.runsToday, during.runningNow - before.runningNow]).toEqual([1, 1]);
    expect(during.recentRuns[0]).toMatchObject({ id, status: "PROCESSING" });
    await runner.complete({ calls: [modelCall(1)] });
    const after = await overview();
    expect([after.runsToday - before.runsToday, after.runningNow - before.runningNow]).toEqual([1, 0]);
    expect(after.spendThisMonthUsd - before.spendThisMonthUsd).toBeCloseTo(0.0045, 9);
    const [was, is] = [before.days.at(-1), after.days.at(-1)];
    expect([(is?.done ?? 0) - (was?.done ?? 0), is?.failed, is?.cancelled]).toEqual([1, was?.failed, was?.cancelled]);
    expect(after.recentRuns.length).toBeLessThanOrEqual(8);
  });

  it("takes no more of the last month into this month's spend than is in this month", async () => {
    const workspaceId = await ensureWorkspace(stack.ctx, "two months");
    const day = new Date().toISOString().slice(0, 10);
    const lastMonth = new Date(Date.parse(`${day.slice(0, 7)}-01`) - 86_400_000).toISOString().slice(0, 10);
    const { spendDay } = stack.ctx.table.entities;
    await spendDay.put({ workspaceId, day, done: 2, runs: 2, costUsd: 0.25 }).go();
    await spendDay.put({ workspaceId, day: lastMonth, failed: 1, runs: 1, costUsd: 4 }).go();
    const client = await stack.clientAs("viewer", workspaceId);
    expect(await client.getOverview()).toMatchObject({ spendThisMonthUsd: 0.25, runsToday: 2 });
  });

  it("shows the next runs of enabled tasks, the soonest first", async () => {
    const workspaceId = await ensureWorkspace(stack.ctx, "scheduled");
    const client = await stack.clientAs("admin", workspaceId);
    const at = (hours: number) => new Date(Math.floor(Date.now() / 1000 + hours * 3600) * 1000).toISOString();
    const add = (name: string, hours: number, change = {}) =>
      client.createTask({ body: { name, prompt: "Hi.", schedule: { type: "once", at: at(hours) }, ...change } });
    for (const hours of [30, 10, 20]) await add(`in ${hours}`, hours);
    await add("disabled", 5, { enabled: false });
    await add("by hand", 5, { schedule: { type: "manual" } });
    const { nextRuns, tasks } = await client.getOverview();
    expect(nextRuns.map(({ taskName }) => taskName)).toEqual(["in 10", "in 20", "in 30"]);
    expect(tasks).toEqual({ total: 5, enabled: 4, failing: 0 });
    for (let n = 0; n < 8; n += 1) await add(`soon ${n}`, 1 + n);
    const more = (await client.getOverview()).nextRuns;
    expect(more.map(({ taskName }) => taskName)).toEqual(Array.from({ length: 8 }, (_, n) => `soon ${n}`));
  });
});

describe("the live figures", () => {
  it("count what waits and what runs, and show the latest five", async () => {
    const before = await stack.client.getLive();
    const { id: taskId } = await stack.createTask();
    const { id, runner } = await start(taskId);
    const waiting = [];
    for (let n = 0; n < 5; n += 1) waiting.push((await stack.client.runTask({ params: { taskId } })).id);
    const live = await stack.client.getLive();
    expect([live.queued - before.queued, live.running - before.running]).toEqual([5, 1]);
    expect(live.latest.map((run) => run.id)).toEqual(waiting.toReversed());
    for (const runId of waiting) await stack.client.cancelRun({ params: { runId } });
    await runner.complete();
    expect(await stack.client.getLive()).toMatchObject({ queued: before.queued, running: before.running });
    expect(id).not.toBe(waiting[0]);
  });
});

describe("runs of one task", () => {
  it("are listed newest first, a page at a time, also after the task is gone", async () => {
    const { id: taskId } = await stack.createTask();
    const made = [];
    for (let n = 0; n < 3; n += 1) {
      const { id, runner } = await start(taskId);
      await runner.complete();
      made.unshift(id);
    }
    const first = await stack.client.listRuns({ query: { taskId, limit: 2 } });
    const rest = await stack.client.listRuns({ query: { taskId, limit: 2, cursor: first.nextCursor ?? "" } });
    expect([...first.items, ...rest.items].map((run) => run.id)).toEqual(made);
    await stack.client.deleteTask({ params: { taskId } });
    expect((await stack.client.listRuns({ query: { taskId } })).items).toHaveLength(3);
  });

  it("are none for somebody else, and none can be asked for with a status as well", async () => {
    const { id: taskId } = await stack.createTask();
    await start(taskId);
    const stranger = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "strangers"));
    expect(await stranger.listRuns({ query: { taskId, limit: 1 } })).toEqual({ items: [], nextCursor: null });
    const both = stack.client.listRuns({ query: { taskId, status: "DONE" } });
    await expect(both).rejects.toMatchObject({ code: "invalid_input", fields: { taskId: expect.any(String) } });
  });
});
