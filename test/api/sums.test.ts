import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closePeriods } from "../../core/cost/close.ts";
import { sweep } from "../../core/sweep.ts";
import { dayAfter, dayOf, daysBetween } from "../../core/time.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { startDoomed } from "../support/doomed.ts";
import { spendOn } from "../support/fill.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
});
afterAll(() => stack.close());

const today = dayOf(new Date());
const ago = (days: number) => dayAfter(today, -days);

async function clientOf(name: string) {
  const workspaceId = await ensureWorkspace(stack.ctx, name);
  return { workspaceId, client: await stack.clientAs("viewer", workspaceId) };
}

describe("sums of days and months that are over", () => {
  it("tell of any period what the rows of the tasks tell", async () => {
    const { workspaceId, client } = await clientOf("same");
    const days = [400, 399, 370, 95, 64, 63, 40, 35, 31, 30, 8, 3, 1, 0].map(ago);
    await spendOn(stack, workspaceId, days, 7);
    const periods = [
      [ago(400), today],
      [ago(399), ago(1)],
      [ago(91), today],
      [ago(64), ago(2)],
      [ago(40), ago(31)],
      [ago(6), today],
      [today, today],
      [ago(1000), ago(500)],
      [`${ago(40).slice(0, 7)}-01`, dayAfter(`${today.slice(0, 7)}-01`, -1)],
    ] as const;
    const read = () => Promise.all(periods.map(([from, to]) => client.getCosts({ query: { from, to } })));
    const before = await read();
    await closePeriods(stack.ctx, workspaceId);
    expect(await read()).toEqual(before);
    await Promise.all([closePeriods(stack.ctx, workspaceId), closePeriods(stack.ctx, workspaceId)]);
    expect(await read()).toEqual(before);
    // Of the days since, what runs add is told at once; so it is when these are over in turn.
    await spendOn(stack, workspaceId, [today], 8);
    const grown = await read();
    expect(grown[6]?.total.runs).toBe(8);
    for (const days of [1, 2, 40]) {
      await closePeriods(stack.later(days * 86_400), workspaceId);
      expect(await read()).toEqual(grown);
    }
    // A clock that ran ahead has closed days that were not over.
    await closePeriods(stack.later(0), workspaceId);
    await spendOn(stack, workspaceId, [today], 9);
    expect((await read())[6]?.total.runs).toBe(9);
    await closePeriods(stack.later(86_400), workspaceId);
    await closePeriods(stack.later(32 * 86_400), workspaceId);
    expect((await read())[0]?.total.runs).toBe(13 * 7 + 9);
  });

  it("name the tasks that took most, and tell the rest as one", async () => {
    const { workspaceId, client } = await clientOf("many tasks");
    await spendOn(stack, workspaceId, [ago(2), today], 300);
    await closePeriods(stack.ctx, workspaceId);
    await spendOn(stack, workspaceId, [today], 301);
    const past = await client.getCosts({ query: { from: ago(3), to: ago(2) } });
    expect(past.byTask.map(({ taskName }) => taskName)).toEqual(
      Array.from({ length: 25 }, (_, n) => `task ${299 - n}`),
    );
    expect(past.otherTasks.runs).toBe(275);
    expect(past.byTask.reduce((sum, { costUsd }) => sum + costUsd, past.otherTasks.costUsd)).toBeCloseTo(451.5, 6);
    // Too many rows for one answer: the total is that of now, its parts are those that were kept last.
    const now = await client.getCosts({ query: { from: today, to: today } });
    expect(now.total).toMatchObject({ runs: 301, costUsd: 454.51 });
    expect(now.byDay).toEqual([{ day: today, ...now.total }]);
    expect(now.byTask).toHaveLength(25);
    expect(now.byTask.reduce((sum, { runs }) => sum + runs, now.otherTasks.runs)).toBe(301);
  });

  it("are made by the sweep, also when it is killed at any of its calls", async () => {
    const { workspaceId, client } = await clientOf("killed");
    await spendOn(stack, workspaceId, daysBetween(ago(70), ago(1)), 2);
    const query = { from: ago(70), to: today };
    const before = await client.getCosts({ query });
    const { deployment, spendClosed } = stack.ctx.table.entities;
    let left = true;
    for (let at = 20; left; at += 25) {
      await deployment.upsert({ deploymentId: "main" }).set({ countedAt: "2020-01-01T00:00:00.000Z" }).go();
      const doomed = await startDoomed(stack, "sweeper", { at, when: "after" });
      await doomed.invoke({}).catch(() => {});
      left = doomed.died();
      await doomed.end();
      expect(await client.getCosts({ query })).toEqual(before);
    }
    await sweep(stack.later(3600));
    expect((await spendClosed.get({ workspaceId }).go()).data?.until ?? "").toMatch(new RegExp(`${ago(1)}|${ago(2)}`));
    expect(await client.getCosts({ query })).toEqual(before);
  }, 120_000);
});
