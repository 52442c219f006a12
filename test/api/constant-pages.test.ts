import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closePeriods } from "../../core/cost/close.ts";
import { dayAfter, dayOf, daysBetween } from "../../core/time.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { fillWithTasks, spendOn } from "../support/fill.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
});
afterAll(() => stack.close());

const today = dayOf(new Date());
const ago = (days: number) => dayAfter(today, -days);

describe("however much there is", () => {
  it("the dashboard costs as many calls for many tasks as for ten", async () => {
    const calls = [];
    for (const many of [10, 300]) {
      const workspaceId = await ensureWorkspace(stack.ctx, `of ${many}`);
      const client = await stack.clientAs("viewer", workspaceId);
      await fillWithTasks(stack, workspaceId, many);
      stack.aws.calls.clear();
      const { tasks, nextRuns } = await client.getOverview();
      calls.push(
        stack.aws.calls
          .list()
          .map(({ operation }) => operation)
          .sort(),
      );
      expect([tasks, nextRuns.length]).toEqual([{ total: many, enabled: many, failing: 0 }, 8]);
    }
    expect(calls[1]).toEqual(calls[0]);
    expect(calls[0]?.length).toBeLessThanOrEqual(14);
  });

  it("the costs of three years of many tasks are told in no more calls than some weeks of few", async () => {
    const calls: string[][] = [];
    for (const { name, days, tasks, from } of [
      { name: "weeks", days: daysBetween(ago(100), ago(1)), tasks: 3, from: ago(99) },
      {
        name: "years",
        days: daysBetween(ago(1090), ago(1)).filter((_, n) => n % 90 === 0),
        tasks: 60,
        from: ago(1090),
      },
    ]) {
      const workspaceId = await ensureWorkspace(stack.ctx, name);
      const client = await stack.clientAs("viewer", workspaceId);
      await spendOn(stack, workspaceId, days, tasks);
      await closePeriods(stack.ctx, workspaceId);
      stack.aws.calls.clear();
      const report = await client.getCosts({ query: { from, to: today } });
      calls.push(stack.aws.calls.list().map(({ operation }) => operation));
      expect(report.byDay).toEqual([]);
    }
    for (const each of calls) expect(each.length).toBeLessThanOrEqual(8);
  });
});
