import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CostReport } from "../../contract/cost.ts";
import type { ModelCall } from "../../contract/work-order.ts";
import { settle } from "../../core/run/settle.ts";
import { sweep } from "../../core/sweep.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { bearerOf, send } from "../support/api.ts";
import { rowOf, storeCredential } from "../support/life.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

/** List price of `modelCall()`: 1000 tokens in at $3, 100 out at $15 a million. */
const oneCall = 0.0045;
const today = () => new Date().toISOString().slice(0, 10);
const daysAway = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const costs = (from = daysAway(-1), to = daysAway(1)) => stack.client.getCosts({ query: { from, to } });

async function startRun(input: Parameters<Stack["createTask"]>[0] = {}) {
  const { id: taskId, name } = await stack.createTask(input);
  const { id: runId } = await stack.client.runTask({ params: { taskId } });
  return { taskId, name, runId, runner: await playRunner(stack, runId) };
}

const ofTask = (report: CostReport, taskId: string) => report.byTask.find((entry) => entry.taskId === taskId);
const nothing = { costUsd: 0, unpricedCalls: 0, modelCalls: 0, inputTokens: 0, outputTokens: 0 };

describe("what a run took", () => {
  it("is told by day, task, agent type and model, once each", async () => {
    const before = await costs();
    const opus = modelCall(2, { model: "claude-opus-4-1", inputTokens: 10, outputTokens: 1 });
    const { taskId, name, runner } = await startRun();
    await runner.complete({ calls: [modelCall(1), opus, modelCall(3)] });
    const after = await costs();
    const mine = { runs: 1, modelCalls: 3, inputTokens: 2010, outputTokens: 201, unpricedCalls: 0 };
    expect(ofTask(after, taskId)).toMatchObject({ taskName: name, ...mine, costUsd: expect.closeTo(0.009225, 9) });
    expect(after.total.runs - before.total.runs).toBe(1);
    expect(after.total.costUsd - before.total.costUsd).toBeCloseTo(0.009225, 9);
    expect(after.byDay.map(({ day }) => day)).toEqual([daysAway(-1), today(), daysAway(1)]);
    expect(after.byDay[1]).toEqual({ day: today(), ...after.total });
    expect(after.byDay[0]).toEqual({ day: daysAway(-1), runs: 0, ...nothing });
    expect(after.byAgentType).toEqual([{ agentType: "claude-runner", ...after.total }]);
    const models = new Map(after.byModel.map(({ model, ...sum }) => [model, sum]));
    expect(models.get("claude-opus-4-1")).toMatchObject({ runs: 1, modelCalls: 1, inputTokens: 10 });
  });

  it("is counted once when the report is sent again, with calls that were reported before", async () => {
    const { taskId, runner } = await startRun();
    await runner.progress([modelCall(1)]);
    await runner.progress([modelCall(1), modelCall(2)]);
    await runner.complete({ calls: [modelCall(2)] });
    await runner.complete({ calls: [modelCall(2), modelCall(3)] });
    expect(ofTask(await costs(), taskId)).toMatchObject({ runs: 1, modelCalls: 2, costUsd: 2 * oneCall });
  });

  it("is counted once when many end the run at once", async () => {
    const { taskId, runId, runner } = await startRun();
    await runner.progress([modelCall(1)]);
    const row = await rowOf(stack, runId);
    if (!row) throw new Error("The run is not there.");
    const ends = [1, 2, 3].map(() =>
      settle(stack.ctx, row, { status: "TIMED_OUT", errorCode: "DEADLINE_EXCEEDED" }, "sweeper"),
    );
    const settled = await Promise.all([...ends, runner.complete({ outcome: "DONE" }).then(() => undefined)]);
    expect(settled.filter(Boolean).length).toBeLessThanOrEqual(1);
    expect(await settle(stack.ctx, row, { status: "CANCELLED" }, "sweeper")).toBeUndefined();
    expect(ofTask(await costs(), taskId)).toMatchObject({ runs: 1, modelCalls: 1, costUsd: oneCall });
  });

  it("is counted over all attempts, also when the last of them says nothing more", async () => {
    const { taskId, runId, runner } = await startRun({ timeoutMinutes: 1 });
    await runner.progress([modelCall(1), modelCall(2)]);
    await sweep(stack.later(3600));
    expect((await rowOf(stack, runId))?.status).toBe("TIMED_OUT");
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString().slice(0, 10);
    const report = await costs(inAnHour, inAnHour);
    expect(ofTask(report, taskId)).toMatchObject({ runs: 1, modelCalls: 2, costUsd: 2 * oneCall });
  });

  it("of unknown models is counted as calls without a price, not as nothing", async () => {
    const { taskId, runner } = await startRun();
    const unknown = { model: "mystery-9000" };
    await runner.complete({ calls: [modelCall(1), modelCall(2, unknown), modelCall(3, unknown)] });
    const report = await costs();
    expect(ofTask(report, taskId)).toMatchObject({ costUsd: oneCall, unpricedCalls: 2, modelCalls: 3 });
    const model = report.byModel.find(({ model }) => model === "mystery-9000");
    expect(model).toMatchObject({ costUsd: 0, unpricedCalls: 2, modelCalls: 2, runs: 1 });
  });

  it("is told whole when an agent asks more models than a transaction has room for", async () => {
    const { taskId, runner } = await startRun();
    const calls: ModelCall[] = Array.from({ length: 150 }, (_, n) => modelCall(n + 1, { model: `model-${n}` }));
    await runner.complete({ calls: [...calls, modelCall(151)] });
    const report = await costs();
    expect(ofTask(report, taskId)).toMatchObject({ modelCalls: 151, unpricedCalls: 150, costUsd: oneCall });
    expect(report.byModel.reduce((sum, { modelCalls }) => sum + modelCalls, 0)).toBe(report.total.modelCalls);
  });

  it("is told also of runs that cost nothing, and of tasks that are gone", async () => {
    const { taskId, name, runner } = await startRun();
    await runner.complete({ calls: [modelCall(1)] });
    const { id: other } = await stack.createTask();
    const { id: waiting } = await stack.client.runTask({ params: { taskId: other } });
    await stack.client.cancelRun({ params: { runId: waiting } });
    await stack.client.deleteTask({ params: { taskId } });
    const report = await costs();
    expect(ofTask(report, taskId)).toMatchObject({ taskName: name, costUsd: oneCall });
    expect(ofTask(report, other)).toMatchObject({ runs: 1, ...nothing });
  });

  it("is told under the task's latest name, and largest first", async () => {
    const { taskId, runner } = await startRun();
    await stack.client.updateTask({ params: { taskId }, body: { name: "the latest name" } });
    await runner.complete({ calls: [modelCall(1, { inputTokens: 9_000_000 })] });
    const { byTask } = await costs();
    expect(byTask[0]).toMatchObject({ taskId, taskName: "the latest name" });
    expect(byTask.map(({ costUsd }) => costUsd)).toEqual(byTask.map(({ costUsd }) => costUsd).sort((a, b) => b - a));
  });

  it("agrees with the runs and with the days of the overview", async () => {
    const { total } = await costs(today(), today());
    const { days } = await stack.client.getOverview();
    const last = days.at(-1);
    expect(last?.costUsd).toBeCloseTo(total.costUsd, 9);
    expect((last?.done ?? 0) + (last?.failed ?? 0) + (last?.cancelled ?? 0)).toBe(total.runs);
  });
});

describe("a period", () => {
  it("takes in both its ends and nothing outside, and shows days without spend", async () => {
    const { spend } = stack.ctx.table.entities;
    const workspaceId = await ensureWorkspace(stack.ctx, "a year");
    const row = { workspaceId, taskId: "task_1", taskName: "old", agentType: "codex-runner" as const, part: "run" };
    for (const day of ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"])
      await spend.put({ ...row, day, runs: 1, costUsd: 1.5, modelCalls: 2 }).go();
    const client = await stack.clientAs("viewer", workspaceId);
    const report = await client.getCosts({ query: { from: "2026-01-01", to: "2026-01-31" } });
    expect(report.total).toMatchObject({ runs: 2, costUsd: 3, modelCalls: 4 });
    expect(report.byDay).toHaveLength(31);
    expect(report.byDay.filter(({ runs }) => runs > 0).map(({ day }) => day)).toEqual(["2026-01-01", "2026-01-31"]);
    const leap = await client.getCosts({ query: { from: "2024-01-01", to: "2024-12-31" } });
    expect([leap.byDay, leap.byMonth.length, leap.total.runs, leap.byTask, leap.byModel]).toEqual([[], 12, 0, [], []]);
  });

  it.each([
    ["", "from"],
    ["?from=2026-01-01", "to"],
    ["?from=2026-01-01&to=2025-12-31", "to"],
    ["?from=2026-02-30&to=2026-03-01", "from"],
    ["?from=2026-01-01T00:00:00Z&to=2026-01-02", "from"],
    ["?from=2023-01-01&to=2026-01-01", "to"],
    ["?from=2026-01-01&to=2026-01-02&by=hour", "by"],
  ])("such as '%s' is refused with the field", async (query, field) => {
    const headers = await bearerOf(stack, "viewer");
    const answer = await send(stack, "GET", `/api/costs${query}`, { headers });
    expect([answer.status, Object.keys(answer.json?.error?.fields ?? {})]).toEqual([
      400,
      expect.arrayContaining([field]),
    ]);
  });
});

describe("the model calls of a run", () => {
  it("are listed in their order with attempt and cost, a page at a time", async () => {
    const { runId, runner } = await startRun();
    await runner.progress([modelCall(3), modelCall(1)]);
    await runner.complete({ calls: [modelCall(2, { model: "mystery-9000" })] });
    const first = await stack.client.listRunCalls({ params: { runId }, query: { limit: 2 } });
    const rest = await stack.client.listRunCalls({ params: { runId }, query: { cursor: first.nextCursor ?? "" } });
    const calls = [...first.items, ...rest.items];
    expect(calls.map(({ attempt, seq, costUsd }) => [attempt, seq, costUsd])).toEqual([
      [1, 1, oneCall],
      [1, 2, null],
      [1, 3, oneCall],
    ]);
    expect(calls[0]).toEqual({ ...modelCall(1), attempt: 1, costUsd: oneCall });
    expect(rest.nextCursor).toBeNull();
  });

  it("cannot be paged with the cursor of another run", async () => {
    const [one, other] = [await startRun(), await startRun()];
    await one.runner.progress([modelCall(1), modelCall(2)]);
    const { nextCursor } = await stack.client.listRunCalls({ params: { runId: one.runId }, query: { limit: 1 } });
    const asked = stack.client.listRunCalls({ params: { runId: other.runId }, query: { cursor: nextCursor ?? "" } });
    await expect(asked).rejects.toMatchObject({ code: "invalid_input" });
  });
});
