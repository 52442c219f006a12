import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fillHistory } from "../support/history.ts";
import { containersOf } from "../support/invariants.ts";
import { rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { mailsTo } from "../support/mail.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
/** A full hour that is ahead. */
let hour: number;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing", runningCap: 100 });
  await storeCredential(stack);
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  hour = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 3_600_000;
  vi.setSystemTime(hour - 1_800_000);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => stack.close());

const hourly = { type: "cron", preset: "hourly" } as const;
const slotAfter = (hours: number) => new Date(hour + hours * 3_600_000);
const deliver = (taskId: string, slot: Date) =>
  stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId, slot: slot.toISOString() });
const runOf = (taskId: string, slot: Date) => rowOf(stack, slotRunId(taskId, slot));

describe("a slot that is due when its schedule changes", () => {
  it.each([
    ["to another cron", { schedule: { type: "cron", expression: "30 4 * * *" } }],
    ["to manual", { schedule: { type: "manual" } }],
    ["to a single time", { schedule: { type: "once", at: "2099-01-01T09:00:00Z" } }],
  ] as const)("%s is judged by the former one, and runs once", async (_what, body) => {
    const { id: taskId } = await stack.createTask({ schedule: hourly });
    vi.setSystemTime(hour + 5000);
    await stack.client.updateTask({ params: { taskId }, body });
    await deliver(taskId, slotAfter(0));
    expect(await runOf(taskId, slotAfter(0))).toMatchObject({ status: "CLAIMED", trigger: "CRON" });
    expect(await containersOf(stack, slotRunId(taskId, slotAfter(0)))).toHaveLength(1);
  });

  it("has a row that says so, where the task is disabled instead", async () => {
    const { id: taskId } = await stack.createTask({ schedule: hourly });
    vi.setSystemTime(hour + 5000);
    await stack.client.updateTask({ params: { taskId }, body: { enabled: false } });
    await deliver(taskId, slotAfter(0));
    expect(await runOf(taskId, slotAfter(0))).toMatchObject({ status: "CANCELLED", errorCode: "TASK_DISABLED" });
  });

  it("is none where no schedule had it", async () => {
    const { id: taskId } = await stack.createTask({ schedule: { type: "cron", preset: "daily-9am" } });
    vi.setSystemTime(hour + 5000);
    await stack.client.updateTask({ params: { taskId }, body: { schedule: hourly } });
    await deliver(taskId, new Date(hour - 60_000));
    expect(await runOf(taskId, new Date(hour - 60_000))).toBeUndefined();
  });
});

describe("slots that nobody delivered", () => {
  it("have rows that say so, as soon as one comes when the others are given up", async () => {
    const { id: taskId } = await stack.createTask({ schedule: hourly, overlap: "allow" });
    vi.setSystemTime(slotAfter(9).getTime() + 5000);
    await deliver(taskId, slotAfter(9));
    const status = async (hours: number) => {
      const row = await runOf(taskId, slotAfter(hours));
      return row && [row.status, row.errorCode];
    };
    // Of the last six hours Scheduler may still deliver each.
    for (const missed of [0, 1, 2]) expect(await status(missed)).toEqual(["CANCELLED", "SLOT_MISSED"]);
    for (const open of [4, 5, 6, 7, 8]) expect(await status(open)).toBeUndefined();
    await deliver(taskId, slotAfter(5));
    expect(await status(5)).toEqual(["CLAIMED", undefined]);
    vi.setSystemTime(slotAfter(20).getTime() + 5000);
    await deliver(taskId, slotAfter(20));
    for (const missed of [3, 4, 6, 7, 8]) expect(await status(missed)).toEqual(["CANCELLED", "SLOT_MISSED"]);
    for (const ran of [5, 9, 20]) expect(await status(ran)).toEqual(["CLAIMED", undefined]);
    const { consecutiveFailures } = await stack.client.getTask({ params: { taskId } });
    expect(consecutiveFailures).toBe(0);
  });
});

describe("a slot that nobody delivered, and that no other comes after", () => {
  const missed = { status: "CANCELLED", errorCode: "SLOT_MISSED" };
  /** The sweep of so many hours later. */
  const sweepAfter = async (hours: number) => {
    vi.setSystemTime(slotAfter(hours).getTime());
    await stack.invoke("sweeper", {});
  };

  it("has its row as soon as it is given up, where the schedule has but one", async () => {
    const at = slotAfter(0).toISOString();
    const { id: taskId } = await stack.createTask({ schedule: { type: "once", at } });
    await sweepAfter(6);
    expect(await runOf(taskId, slotAfter(0))).toBeUndefined();
    await sweepAfter(7);
    await sweepAfter(8);
    expect(await runOf(taskId, slotAfter(0))).toMatchObject({ ...missed, trigger: "ONCE", slot: at });
    expect((await stack.client.listTaskRuns({ params: { taskId } })).items).toHaveLength(1);
  });

  it("has it where the next one comes in a year, and that one is watched as well", async () => {
    const expression = `0 ${slotAfter(0).getUTCHours()} ${slotAfter(0).getUTCDate()} ${slotAfter(0).getUTCMonth() + 1} *`;
    const { id: taskId } = await stack.createTask({ schedule: { type: "cron", expression, timezone: "UTC" } });
    await sweepAfter(7);
    expect(await runOf(taskId, slotAfter(0))).toMatchObject({ ...missed, trigger: "CRON" });
    const { data } = await stack.ctx.table.entities.slotWatch.get({ workspaceId: stack.workspaceId, taskId }).go();
    expect(Date.parse(data?.due ?? "")).toBeGreaterThan(slotAfter(300 * 24).getTime());
  });

  it("has it where the schedule was changed an hour later", async () => {
    const { id: taskId } = await stack.createTask({ schedule: hourly });
    vi.setSystemTime(slotAfter(1).getTime() - 600_000);
    await stack.client.updateTask({ params: { taskId }, body: { schedule: { type: "manual" } } });
    await sweepAfter(9);
    expect(await runOf(taskId, slotAfter(0))).toMatchObject(missed);
    expect(await runOf(taskId, slotAfter(1))).toBeUndefined();
  });

  it("has none where it ran", async () => {
    const { id: taskId } = await stack.createTask({ schedule: { type: "once", at: slotAfter(0).toISOString() } });
    vi.setSystemTime(hour + 5000);
    await deliver(taskId, slotAfter(0));
    await sweepAfter(7);
    expect((await stack.client.listTaskRuns({ params: { taskId } })).items).toHaveLength(1);
    const { data } = await stack.ctx.table.entities.slotWatch.get({ workspaceId: stack.workspaceId, taskId }).go();
    expect(data).toBeNull();
  });
});

describe("an Idempotency-Key", () => {
  it("whose run is not kept any more is refused, and brings nothing back", async () => {
    const { id: taskId } = await stack.createTask();
    const params = { taskId };
    const now = Date.now();
    vi.setSystemTime(now - 3 * 86_400_000);
    const { id } = await stack.client.runTask({ params, idempotencyKey: "monday" });
    await (await playRunner(stack, id)).complete();
    await stack.drainStream();
    vi.setSystemTime(now);
    await fillHistory(stack, taskId);
    const other = await stack.client.runTask({ params, idempotencyKey: "tuesday" });
    await (await playRunner(stack, other.id)).complete();
    await stack.drainStream();
    expect(await rowOf(stack, id)).toBeUndefined();

    await expect(stack.client.runTask({ params, idempotencyKey: "monday" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Send a new key"),
    });
    expect(await rowOf(stack, id)).toBeUndefined();
    expect((await stack.client.runTask({ params, idempotencyKey: "tuesday" })).id).toBe(other.id);
    expect((await stack.client.runTask({ params, idempotencyKey: "wednesday" })).status).toBe("CLAIMED");
  });
});

describe("the fifth failure in a row", () => {
  it("says by mail that it disabled the task, and how to enable it", async () => {
    const notificationEmail = "bea@example.com";
    const task = await stack.createTask({ schedule: hourly, notificationEmail });
    for (let n = 0; n < 5; n++) {
      const { id } = await stack.client.runTask({ params: { taskId: task.id } });
      await (await playRunner(stack, id)).complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } });
      await stack.drainStream();
    }
    const mails = (await mailsTo(stack, notificationEmail)).map(({ text }) => text ?? "");
    const told = mails.filter((text) => text.includes("was disabled"));
    expect(mails).toHaveLength(5);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("failure number 5 in a row");
    expect(told[0]).toContain(`/tasks/${task.id}`);
    expect(told[0]).toContain(`errand task enable "${task.name}"`);
  });
});
