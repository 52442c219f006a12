import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../core/sweep.ts";
import { noteSweep } from "../../core/sweep-clock.ts";
import { rowOf, storeCredential } from "../support/life.ts";
import { type PlayedRunner, playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let runners: { runId: string; runner: PlayedRunner }[];
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing", runningCap: 100 });
  await storeCredential(stack);
  runners = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const task = await stack.createTask();
      const { id } = await stack.client.runTask({ params: { taskId: task.id } });
      return { runId: id, runner: await playRunner(stack, id) };
    }),
  );
});
afterAll(() => stack.close());

const rows = () => Promise.all(runners.map(({ runId }) => rowOf(stack, runId)));
const attempts = async () => (await rows()).map((row) => row?.attempt);
const lapse = (some: typeof runners, patch: object = {}) =>
  Promise.all(
    some.map(({ runId }) =>
      stack.ctx.table.entities.run
        .patch({ runId })
        .set({ leaseUntil: new Date(Date.now() - 1000).toISOString(), ...patch })
        .go(),
    ),
  );

describe("a sweep that was away", () => {
  it("leaves silent runners alone for as long as a living one takes to report, once", async () => {
    expect(await noteSweep(stack.ctx)).toBe(false);
    expect(await noteSweep(stack.later(60))).toBe(false);
    // The machine sleeps for an hour.
    expect(await noteSweep(stack.later(3660))).toBe(true);
    expect(await noteSweep(stack.later(3720))).toBe(true);
    expect(await noteSweep(stack.later(3780 + 60))).toBe(false);
  });

  it("thinks so too where the clock was set back", async () => {
    expect(await noteSweep(stack.later(0))).toBe(true);
    expect(await noteSweep(stack.later(60))).toBe(true);
    expect(await noteSweep(stack.later(180))).toBe(false);
  });

  it("takes no run from its runner while it is patient", async () => {
    await lapse(runners.slice(0, 1));
    await sweep(stack.ctx, { patient: true });
    expect(await attempts()).toEqual(runners.map(() => 1));
    await runners[0]?.runner.progress();
    await sweep(stack.ctx);
    expect(await attempts()).toEqual(runners.map(() => 1));
  });
});

describe("leases that lapse", () => {
  it("all at once are extended, once: who reports goes on, who stays silent is replaced", async () => {
    await lapse(runners);
    await sweep(stack.ctx);
    expect((await rows()).every((row) => row?.leaseExtended && (row.leaseUntil ?? "") > new Date().toISOString())).toBe(
      true,
    );
    expect(await attempts()).toEqual(runners.map(() => 1));
    const [silent, ...living] = runners;
    for (const { runner } of living) await runner.progress();
    expect((await rows()).filter((row) => row?.leaseExtended)).toHaveLength(1);
    await lapse([silent as (typeof runners)[0]]);
    await sweep(stack.ctx);
    expect(await attempts()).toEqual([2, ...living.map(() => 1)]);
  });

  it("one by one are those of runners that died", async () => {
    await lapse(runners.slice(1, 3));
    await sweep(stack.ctx);
    expect((await attempts()).slice(1, 4)).toEqual([2, 2, 1]);
  });
});
