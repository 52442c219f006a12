import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { reconcile } from "../../core/run/reconcile.ts";
import { settle } from "../../core/run/settle.ts";
import { sweep } from "../../core/sweep.ts";
import { startDoomed } from "../support/doomed.ts";
import { checkInvariants } from "../support/invariants.ts";
import { numbersOf, rowOf, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
/** Minutes that have passed for the sweeps of this file. */
let minute = 0;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
  await storeCredential(stack);
});
afterAll(() => stack.close());
beforeEach(() => {
  minute += 60;
});

const entities = () => stack.ctx.table.entities;
const nextSweep = () => sweep(stack.later(60 * ++minute));
const workspaceKey = () => ({ workspaceId: stack.workspaceId });
const taskKey = (taskId: string) => ({ ...workspaceKey(), taskId });
const readWorkspace = async () => (await entities().workspace.get(workspaceKey()).go({ consistent: true })).data;
const readState = async (taskId: string) =>
  (await entities().taskState.get(taskKey(taskId)).go({ consistent: true })).data;
const start = async (taskId: string) => (await stack.client.runTask({ params: { taskId } })).id;

/** What was told of counters while a step was done. */
async function healsDuring(step: () => Promise<unknown>): Promise<object[]> {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    await step();
    return print.mock.calls.map(([line]) => JSON.parse(String(line))).filter(({ event }) => event === "counter healed");
  } finally {
    print.mockRestore();
  }
}

/** Every minute's sweep for an hour. */
async function anHour(): Promise<void> {
  for (let n = 0; n < 60; n += 1) await nextSweep();
}

describe("a counter that is wrong", () => {
  it("and too high in a workspace is healed within the hour, told of, and what waited starts", async () => {
    await nextSweep();
    const { cap = 0 } = (await readWorkspace()) ?? {};
    await entities().workspace.patch(workspaceKey()).set({ running: cap }).go();
    const { id } = await stack.createTask();
    const runId = await start(id);
    expect((await rowOf(stack, runId))?.status).toBe("PENDING");
    const healed = await healsDuring(async () => {
      for (let n = 0; n < 60 && (await rowOf(stack, runId))?.status === "PENDING"; n += 1) await nextSweep();
    });
    expect(healed).toEqual([
      { event: "counter healed", workspaceId: stack.workspaceId, was: { running: cap }, is: { running: 0 } },
    ]);
    expect((await rowOf(stack, runId))?.status).toBe("CLAIMED");
    await (await playRunner(stack, runId)).complete();
    await checkInvariants(stack);
  });

  it("and too low is healed while its run goes on", async () => {
    const { id } = await stack.createTask();
    const runId = await start(id);
    const runner = await playRunner(stack, runId);
    await entities().workspace.patch(workspaceKey()).set({ running: -3 }).go();
    await entities().taskState.patch(taskKey(id)).set({ running: 0, active: 0 }).go();
    const healed = await healsDuring(async () => {
      for (let n = 0; n < 40; n += 1) {
        // Its runner reports as the minutes pass.
        await entities()
          .run.patch({ runId })
          .set({ leaseUntil: stack.later(1e6).now().toISOString() })
          .go();
        await reconcile(stack.later(60 * ++minute));
      }
    });
    expect(healed).toHaveLength(2);
    expect(healed).toContainEqual(
      expect.objectContaining({ taskId: id, was: { active: 0, running: 0 }, is: { active: 1, running: 1 } }),
    );
    await checkInvariants(stack);
    await runner.complete();
    await checkInvariants(stack);
  });

  it("and too high in a task that would skip all its slots is healed, and so is one that makes up for it elsewhere", async () => {
    const [high, low] = [await stack.createTask(), await stack.createTask()];
    await entities().taskState.patch(taskKey(high.id)).set({ running: 1, active: 1 }).go();
    await entities().taskState.patch(taskKey(low.id)).set({ active: -1, running: -1 }).go();
    expect(await healsDuring(anHour)).toHaveLength(2);
    expect(await readState(high.id)).toMatchObject({ active: 0, running: 0 });
    expect(await readState(low.id)).toMatchObject({ active: 0, running: 0 });
    expect(await healsDuring(anHour)).toEqual([]);
  });

  it("and of tasks, which the dashboard shows, is healed", async () => {
    const { taskCount } = entities();
    const read = async () => (await stack.client.getOverview()).tasks;
    const right = await read();
    await taskCount.patch(workspaceKey()).set({ total: 99, enabled: 0, failing: 7 }).go();
    for (const healed of await healsDuring(anHour)) expect(healed).toMatchObject({ was: { total: 99 }, is: right });
    expect(await read()).toEqual(right);
    await checkInvariants(stack);
  });

  it("is left alone by one look, and by a second one when it was put right or moved in between", async () => {
    const { id } = await stack.createTask();
    await entities().taskState.patch(taskKey(id)).set({ active: 4 }).go();
    minute += 60;
    await reconcile(stack.later(60 * minute));
    // The same sweep, tried again at once: no second look.
    await reconcile(stack.later(60 * minute + 1));
    expect(await readState(id)).toMatchObject({ active: 4, drift: "active 4" });
    const moved = stack
      .later(60 * minute + 58)
      .now()
      .toISOString();
    await entities().taskState.patch(taskKey(id)).set({ movedAt: moved }).go();
    await nextSweep();
    expect(await readState(id)).toMatchObject({ active: 4, drift: "active 4" });
    await entities().taskState.patch(taskKey(id)).set({ active: 0 }).go();
    await nextSweep();
    expect(await readState(id)).toMatchObject({ active: 0, drift: "" });
    await entities().taskState.patch(taskKey(id)).set({ active: 4 }).go();
    minute += 60;
    await reconcile(stack.later(60 * minute));
    expect(await readState(id)).toMatchObject({ active: 4 });
    await nextSweep();
    expect(await readState(id)).toMatchObject({ active: 0 });
  });

  it("is healed however often the sweep is killed at it", async () => {
    const { id } = await stack.createTask();
    await entities().taskState.patch(taskKey(id)).set({ active: 2 }).go();
    await entities().workspace.patch(workspaceKey()).set({ running: 2 }).go();
    await entities().deployment.patch({ deploymentId: "main" }).set({ countedAt: "2020-01-01T00:00:00.000Z" }).go();
    let at = 1;
    for (let died = true; died; at += 2) {
      const doomed = await startDoomed(stack, "sweeper", { at, when: "after" });
      await doomed.invoke({}).catch(() => {});
      died = doomed.died();
      await doomed.end();
    }
    expect(at).toBeGreaterThan(10);
    minute += 60;
    await anHour();
    expect(await readState(id)).toMatchObject({ active: 0 });
    expect(await readWorkspace()).toMatchObject({ running: 0 });
    await checkInvariants(stack);
  }, 180_000);
});

describe("counters that are right", () => {
  it.each([1, 2, 3, 4])("seed %i: are never changed while runs come and go", async (seed) => {
    const random = numbersOf(seed);
    const task = await stack.createTask({ overlap: "allow" });
    const moves = [
      () => start(task.id),
      () => start(task.id),
      async () => {
        const { items } = await stack.client.listRuns({ query: { taskId: task.id, limit: 20 } });
        const going = items.filter(({ status }) => status === "PENDING" || status === "CLAIMED");
        const row = await rowOf(stack, going[Math.floor(random() * going.length)]?.id ?? "");
        if (row) await settle(stack.ctx, row, { status: "CANCELLED" }, "api");
      },
    ];
    const healed = await healsDuring(async () => {
      for (let round = 0; round < 8; round += 1) {
        await entities().deployment.patch({ deploymentId: "main" }).remove(["countedAt"]).go();
        const acts = Array.from(
          { length: 6 },
          () => moves[Math.floor(random() * moves.length)] ?? (() => start(task.id)),
        );
        // The clocks are those of the rows: a look may come between any two writes of the others.
        await Promise.allSettled([...acts.map((act) => act()), reconcile(stack.ctx), reconcile(stack.later(40))]);
      }
    });
    expect(healed).toEqual([]);
    await checkInvariants(stack);
    const { items } = await stack.client.listRuns({ query: { taskId: task.id, limit: 100 } });
    for (const { id } of items) {
      const row = await rowOf(stack, id);
      if (row && ["PENDING", "CLAIMED"].includes(row.status))
        await settle(stack.ctx, row, { status: "CANCELLED" }, "api");
    }
  });
});
