import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelCall } from "../../contract/work-order.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
});
afterAll(() => stack.close());

async function begin() {
  const { id: taskId } = await stack.createTask();
  const { id } = await stack.client.runTask({ params: { taskId } });
  return { id, runner: await playRunner(stack, id) };
}
const read = (runId: string) => stack.client.getRun({ params: { runId } });
async function costOf(...calls: ModelCall[]) {
  const { id, runner } = await begin();
  await runner.complete({ calls });
  return (await read(id)).costUsd;
}

describe("the cost of a run", () => {
  const tokens = { inputTokens: 10_000, outputTokens: 2_000, cacheReadTokens: 50_000, cacheWriteTokens: 4_000 };

  it("is the list price of Claude Sonnet 4.5: per million $3 in, $15 out, $0.30 from the cache, $3.75 into it", async () => {
    expect(await costOf(modelCall(1, tokens))).toBeCloseTo(0.03 + 0.03 + 0.015 + 0.015, 9);
  });

  it("is the list price of GPT-5.5: per million $5 in, $30 out, $0.50 from the cache", async () => {
    const call = modelCall(1, { ...tokens, cacheWriteTokens: 0, provider: "openai", model: "gpt-5.5" });
    expect(await costOf(call)).toBeCloseTo(0.05 + 0.06 + 0.025, 9);
  });

  it("is the sum over all its calls, whichever report brought them, with what they used", async () => {
    const { id, runner } = await begin();
    await runner.progress([modelCall(1), modelCall(2)]);
    await runner.progress([modelCall(3, { cacheReadTokens: 5_000 })]);
    await runner.complete({ calls: [modelCall(4, { cacheWriteTokens: 700 })] });
    const run = await read(id);
    expect(run.costUsd).toBeCloseTo(4 * 0.0045 + 0.0015 + 0.002625, 9);
    expect(run.usage).toEqual({
      inputTokens: 4_000,
      outputTokens: 400,
      cacheReadTokens: 5_000,
      cacheWriteTokens: 700,
      modelCalls: 4,
    });
  });

  it("counts a call once, however often it is reported, in one report or in several", async () => {
    const { id, runner } = await begin();
    await runner.progress([modelCall(1), modelCall(1)]);
    await runner.progress([modelCall(1), modelCall(2)]);
    await runner.complete({ calls: [modelCall(2), modelCall(1)] });
    expect(await read(id)).toMatchObject({ costUsd: 0.009, usage: { modelCalls: 2 } });
  });

  it("is unknown, not 0, when the price of one call is; what was used is still told", async () => {
    const { id, runner } = await begin();
    await runner.complete({ calls: [modelCall(1), modelCall(2, { model: "my-own-model" })] });
    expect(await read(id)).toMatchObject({ costUsd: null, usage: { modelCalls: 2, inputTokens: 2_000 } });
  });

  it("is unknown, not 0, when the provider did not tell what a call used", async () => {
    const { id, runner } = await begin();
    await runner.complete({ calls: [modelCall(1), modelCall(2, { usageKnown: false, outputTokens: 0 })] });
    expect(await read(id)).toMatchObject({ costUsd: null, usage: { modelCalls: 2, outputTokens: 100 } });
    const { items } = await stack.client.listRunCalls({ params: { runId: id }, query: {} });
    expect(items).toMatchObject([{ usageKnown: true }, { usageKnown: false, costUsd: null }]);
  });

  it("of a call that an older runner reported, or that was booked by an older version, is told as ever", async () => {
    const { id, runner } = await begin();
    const { cacheWrite1hTokens, webSearches, usageKnown, ...old } = modelCall(1);
    await runner.complete({ calls: [old as ModelCall] });
    const row = stack.ctx.table.entities.ledger.patch({ runId: id, line: "001-000001" });
    await row.remove(["cacheWrite1hTokens", "webSearches", "usageKnown"]).go();
    const { items } = await stack.client.listRunCalls({ params: { runId: id }, query: {} });
    expect(items).toEqual([{ ...modelCall(1), attempt: 1, costUsd: 0.0045 }]);
  });

  it("is nothing when no model was called", async () => {
    expect(await costOf()).toBe(0);
  });

  it("counts what every attempt has used", async () => {
    const { id, runner } = await begin();
    await runner.progress([modelCall(1), modelCall(2)]);
    await stack.invoke("runner-stopped", { detail: { lastStatus: "STOPPED", startedBy: `${id}/1` } });
    await (await playRunner(stack, id, 2)).complete({ calls: [modelCall(1)] });
    expect(await read(id)).toMatchObject({ attempt: 2, costUsd: 0.0135, usage: { modelCalls: 3 } });
  });

  it("is told also when the run was taken from its runner", async () => {
    const { id, runner } = await begin();
    await runner.progress([modelCall(1)]);
    const deadlineAt = new Date(Date.now() - 3_600_000).toISOString();
    await stack.ctx.table.entities.run.patch({ runId: id }).set({ deadlineAt }).go();
    await stack.invoke("sweeper", {});
    expect(await read(id)).toMatchObject({ status: "TIMED_OUT", costUsd: 0.0045, usage: { modelCalls: 1 } });
  });

  it("of many calls reported at once is whole", async () => {
    const calls = Array.from({ length: 300 }, (_, index) => modelCall(index + 1));
    expect(await costOf(...calls)).toBeCloseTo(300 * 0.0045, 9);
  });
});
