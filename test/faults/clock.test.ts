import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dispatchSlot } from "../../core/run/dispatch.ts";
import { sweep } from "../../core/sweep.ts";
import { containersOf } from "../support/invariants.ts";
import { freshSlot, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
const hourly = { type: "cron", preset: "hourly" } as const;

describe("a clock that ran ahead and was set right", () => {
  it.each([
    ["task", "scheduleSince"],
    ["taskState", "prunedUntil"],
    ["taskState", "lastSlot"],
  ] as const)("leaves a %s's %s ahead, which drops none of its slots", async (entity, name) => {
    const task = await stack.createTask({ schedule: hourly });
    const { workspaceId } = stack;
    const key = { workspaceId, taskId: task.id };
    const row = stack.ctx.table.entities[entity] as Stack["ctx"]["table"]["entities"]["task"];
    await row
      .patch(key)
      .set({ [name]: tomorrow() })
      .go();
    const slot = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
    await dispatchSlot(stack.ctx, { ...key, slot: slot.toISOString() });
    expect(await rowOf(stack, slotRunId(task.id, slot))).toMatchObject({ status: "CLAIMED" });
  });

  it("leaves a waiting run a time to try again that is never waited for", async () => {
    stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind: "no-capacity", times: 1 });
    const task = await stack.createTask({});
    const { id } = await stack.client.runTask({ params: { taskId: task.id } });
    expect(await rowOf(stack, id)).toMatchObject({ status: "PENDING" });
    await sweep(stack.ctx);
    expect(await rowOf(stack, id)).toMatchObject({ status: "PENDING" });
    await stack.ctx.table.entities.run.patch({ runId: id }).set({ retryAt: tomorrow() }).go();
    await sweep(stack.ctx);
    expect(await rowOf(stack, id)).toMatchObject({ status: "CLAIMED" });
  });

  it("leaves a lease that no dead container's run is kept by", async () => {
    const task = await stack.createTask({});
    const { id } = await stack.client.runTask({ params: { taskId: task.id } });
    await playRunner(stack, id);
    const ahead = { heartbeatAt: tomorrow(), leaseUntil: tomorrow() };
    const taskArn = "arn:aws:ecs:eu-north-1:000000000000:task/gone/0123456789abcdef0123456789abcdef";
    await stack.ctx.table.entities.run
      .patch({ runId: id })
      .set({ ...ahead, taskArn })
      .go();
    await sweep(stack.ctx);
    expect(await rowOf(stack, id)).toMatchObject({ attempt: 2 });
  });

  it("leaves a claim that nobody is at: the sweep starts the run again, and a slot that comes twice launches it", async () => {
    const task = await stack.createTask({ schedule: hourly });
    const { id } = await stack.client.runTask({ params: { taskId: task.id } });
    const ahead = { claimedAt: tomorrow(), leaseUntil: tomorrow() };
    await stack.ctx.table.entities.run.patch({ runId: id }).set(ahead).go();
    await sweep(stack.ctx);
    expect(await rowOf(stack, id)).toMatchObject({ status: "CLAIMED", attempt: 2 });
    await (await playRunner(stack, id, 2)).complete({});

    const slot = freshSlot();
    const delivered = { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() };
    stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind: "error500", times: 10 });
    await dispatchSlot(stack.ctx, delivered).catch(() => undefined);
    stack.aws.faults.clear();
    const runId = slotRunId(task.id, slot);
    await stack.ctx.table.entities.run.patch({ runId }).set(ahead).go();
    await dispatchSlot(stack.ctx, delivered);
    expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", attempt: 1 });
    expect((await containersOf(stack, runId)).length).toBe(1);
  });

  it("leaves a mail that goes out all the same", async () => {
    const task = await stack.createTask({ notificationEmail: "ann@example.com" });
    const { id } = await stack.client.runTask({ params: { taskId: task.id } });
    stack.aws.faults.add({ service: "ses", operation: "*", kind: "error500", times: 50 });
    await (await playRunner(stack, id)).complete({ result: "Well." });
    await stack.drainStream();
    stack.aws.faults.clear();
    expect(await rowOf(stack, id)).toMatchObject({ emailState: "pending" });
    await stack.ctx.table.entities.run.patch({ runId: id }).set({ endedAt: tomorrow() }).go();
    for (const seconds of [60, 600]) await sweep(stack.later(seconds));
    expect(await rowOf(stack, id)).toMatchObject({ emailState: "sent" });
  });
});
