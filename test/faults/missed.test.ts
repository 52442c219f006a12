import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sweep } from "../../core/sweep.ts";
import { checkInvariants } from "../support/invariants.ts";
import { rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

const minutes = 60_000;
const hours = 60 * minutes;

let stack: Stack;
/** The full hour from which a case counts: each has a later one. */
let start = Math.ceil(Date.now() / hours) * hours;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing", runningCap: 100 });
  await storeCredential(stack);
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  start += 100 * hours;
  vi.setSystemTime(start - 30 * minutes);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await checkInvariants(stack);
  await stack.close();
});

const at = (after: number) => new Date(start + after);
const sweepAt = async (after: number) => {
  vi.setSystemTime(start + after);
  await sweep(stack.ctx);
};
const deliver = (taskId: string, after: number) =>
  stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId, slot: at(after).toISOString() });
const outcomeOf = async (taskId: string, after: number) => {
  const row = await rowOf(stack, slotRunId(taskId, at(after)));
  return row && (row.errorCode ?? row.status);
};
const taskOf = (taskId: string) => stack.client.getTask({ params: { taskId } });
/** Whether a sweep will ever look at the task's slots. */
const isWatched = async (taskId: string) => {
  const { data } = await stack.ctx.table.entities.slotWatch.get({ workspaceId: stack.workspaceId, taskId }).go();
  return data !== null;
};

const hourly = { type: "cron", preset: "hourly" } as const;
/** Only at the first hour of the case's day, which comes once a year. */
const yearly = () => {
  const day = at(0);
  return {
    type: "cron",
    expression: `0 ${day.getUTCHours()} ${day.getUTCDate()} ${day.getUTCMonth() + 1} *`,
    timezone: "UTC",
  } as const;
};
const once = () => ({ type: "once", at: at(0).toISOString() }) as const;

describe("a slot that nobody delivered, and after which none comes for long,", () => {
  it.each([
    ["of a single time", once, "ONCE"],
    ["of a yearly cron", yearly, "CRON"],
  ] as const)("%s has its row soon after it is given up, and the task shows it", async (_what, schedule, trigger) => {
    const { id: taskId } = await stack.createTask({ schedule: schedule() });
    for (const hour of [1, 3, 5, 6]) {
      await sweepAt(hour * hours);
      expect(await outcomeOf(taskId, 0)).toBeUndefined();
    }
    await sweepAt(7 * hours + 15 * minutes);
    expect(await rowOf(stack, slotRunId(taskId, at(0)))).toMatchObject({ errorCode: "SLOT_MISSED", trigger });
    expect((await taskOf(taskId)).lastRun).toMatchObject({ id: slotRunId(taskId, at(0)), status: "CANCELLED" });
    await sweepAt(30 * hours);
    expect((await stack.client.listTaskRuns({ params: { taskId } })).items).toHaveLength(1);
    expect(await isWatched(taskId)).toBe(trigger === "CRON");
  });

  it("is waited for as long as its spread lets Scheduler try", async () => {
    const { id: taskId } = await stack.createTask({ schedule: once(), spreadMinutes: 600 });
    await sweepAt(12 * hours);
    expect(await outcomeOf(taskId, 0)).toBeUndefined();
    await sweepAt(17 * hours);
    expect(await outcomeOf(taskId, 0)).toBe("SLOT_MISSED");
  });

  it("is known of also where the schedule came after the task had been looked at", async () => {
    const { id: taskId } = await stack.createTask();
    await sweepAt(-20 * minutes);
    await stack.client.updateTask({ params: { taskId }, body: { schedule: hourly } });
    await sweepAt(45 * minutes);
    await stack.client.updateTask({
      params: { taskId },
      body: { schedule: { ...once(), at: at(2 * hours).toISOString() } },
    });
    for (const hour of [7, 7.5, 10]) await sweepAt(hour * hours);
    expect(await outcomeOf(taskId, 0)).toBe("SLOT_MISSED");
    expect(await outcomeOf(taskId, 2 * hours)).toBe("SLOT_MISSED");
  });

  it("has no row where its task was disabled before it", async () => {
    const { id: taskId } = await stack.createTask({ schedule: once() });
    await stack.client.updateTask({ params: { taskId }, body: { enabled: false } });
    await sweepAt(8 * hours);
    expect(await outcomeOf(taskId, 0)).toBeUndefined();
    expect(await isWatched(taskId)).toBe(false);
  });

  it("is looked at once where it was delivered, and a task that has its next one soon never is", async () => {
    const { id: manual } = await stack.createTask();
    const { id: often } = await stack.createTask({ schedule: hourly });
    for (const taskId of [manual, often]) expect(await isWatched(taskId)).toBe(false);
    const { id: taskId } = await stack.createTask({ schedule: once() });
    vi.setSystemTime(start + 5000);
    await deliver(taskId, 0);
    await (await playRunner(stack, slotRunId(taskId, at(0)))).complete();
    expect(await isWatched(taskId)).toBe(true);
    await sweepAt(7 * hours);
    expect(await outcomeOf(taskId, 0)).toBe("DONE");
    expect(await isWatched(taskId)).toBe(false);
  });

  it("is told the same day where it comes each day, and where it is the last of several of a day", async () => {
    const hour = at(0).getUTCHours();
    const daily = { type: "cron", expression: `0 ${hour} * * *`, timezone: "UTC" } as const;
    const thrice = { type: "cron", expression: `0,20,40 ${hour} * * *`, timezone: "UTC" } as const;
    const one = await stack.createTask({ schedule: daily });
    const three = await stack.createTask({ schedule: thrice });
    await sweepAt(7 * hours);
    expect(await outcomeOf(one.id, 0)).toBe("SLOT_MISSED");
    for (const minute of [0, 20, 40]) expect(await outcomeOf(three.id, minute * minutes)).toBe("SLOT_MISSED");
    await sweepAt(31 * hours);
    for (const { id } of [one, three]) expect(await outcomeOf(id, 24 * hours)).toBe("SLOT_MISSED");
  });
});

describe("slots that were missed before their schedule was edited", () => {
  it.each([
    ["the next one that is delivered", (taskId: string) => deliver(taskId, 20 * hours)],
    ["the sweep", () => sweepAt(20 * hours)],
  ])("have their rows by %s", async (_by, tell) => {
    const { id: taskId } = await stack.createTask({ schedule: hourly, overlap: "allow" });
    vi.setSystemTime(start + 9.5 * hours);
    const expression = `0 ${at(20 * hours).getUTCHours()} * * *`;
    await stack.client.updateTask({
      params: { taskId },
      body: { schedule: { type: "cron", expression, timezone: "UTC" } },
    });
    vi.setSystemTime(start + 20 * hours + 5000);
    await tell(taskId);
    const all = Array.from({ length: 20 }, (_, hour) => outcomeOf(taskId, hour * hours));
    expect(await Promise.all(all)).toEqual([
      ...Array.from({ length: 10 }, () => "SLOT_MISSED"),
      ...Array.from({ length: 10 }, () => undefined),
    ]);
  });
});

describe("more missed slots than runs are kept", () => {
  it("have rows of the newest that are given up, and one that comes late still runs", async () => {
    const schedule = { type: "cron", expression: "*/15 * * * *", timezone: "UTC" } as const;
    const { id: taskId } = await stack.createTask({ schedule, overlap: "allow" });
    vi.setSystemTime(start + 24 * hours + 5000);
    await deliver(taskId, 24 * hours);
    const missed = async (slots: number[]) =>
      (await Promise.all(slots.map((slot) => outcomeOf(taskId, slot * 15 * minutes)))).every(
        (each) => each === "SLOT_MISSED",
      );
    const slots = Array.from({ length: 96 }, (_, slot) => slot);
    // The last six hours and a quarter are open: Scheduler may still deliver each.
    expect(await missed(slots.slice(22, 71))).toBe(true);
    for (const slot of [0, 20, 72, 95]) expect(await outcomeOf(taskId, slot * 15 * minutes)).toBeUndefined();
    await (await playRunner(stack, slotRunId(taskId, at(24 * hours)))).complete();
    await stack.drainStream();
    await deliver(taskId, 90 * 15 * minutes);
    expect(await outcomeOf(taskId, 90 * 15 * minutes)).toBe("CLAIMED");
    vi.setSystemTime(start + 31 * hours + 5000);
    await deliver(taskId, 31 * hours);
    expect(await missed([72, 80, 89, 91, 95])).toBe(true);
    await (await playRunner(stack, slotRunId(taskId, at(31 * hours)))).complete();
    await stack.drainStream();
    expect((await stack.client.listTaskRuns({ params: { taskId }, query: { limit: 100 } })).items.length).toBeLessThan(
      53,
    );
  });
});
