import { type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { log } from "../logger.ts";
import { putSkipped } from "../run/claim.ts";
import { runOfSlot } from "../run/dispatch.ts";
import { prune } from "../run/history.ts";
import { slotRunId } from "../run/slot.ts";
import { later, plus, secondsSince } from "../time.ts";
import { deliveredWithin, slotsBefore } from "./missed.ts";
import { nextSlots } from "./next-slots.ts";

/** A slot that comes so soon after another, in seconds, tells whether that one was missed. */
const soon = 43_200;
/** As many slots as the densest schedule has in a day: behind them there is a pause, or there is none. */
const lookAhead = 1500;

/**
 * When somebody has to look whether a slot was missed: where no other comes soon after it, or its schedule was replaced.
 * Undefined: the slots to come will tell.
 */
function dueOf(ctx: Context, task: TaskRow): string | undefined {
  const { schedule, enabled, formerSchedules, scheduleSince } = task;
  const within = deliveredWithin(task);
  const now = ctx.now().toISOString();
  // What was due of late may still be missed.
  const open = plus(ctx.now(), -within);
  const from = scheduleSince > now ? now : later(open, scheduleSince);
  const slots = enabled ? nextSlots(schedule, { from: new Date(from), count: lookAhead }) : [];
  const last = slots.find((slot, index) => {
    const after = slots[index + 1];
    return after ? after.getTime() - slot.getTime() > soon * 1000 : slots.length < lookAhead;
  });
  const told = [...(formerSchedules ? [scheduleSince] : []), ...(last ? [last.toISOString()] : [])];
  const instants = told.map((instant) => plus(new Date(instant), within));
  return instants.filter((instant) => instant > now).sort()[0];
}

/** Sees to it that no slot of the task is missed without a word. Done when its schedule is another. */
export async function watchSlots(ctx: Context, task: TaskRow): Promise<void> {
  const due = dueOf(ctx, task);
  if (due === undefined) return;
  const { workspaceId, taskId } = task;
  await ctx.table.entities.slotWatch.put({ workspaceId, taskId, due }).go();
}

/**
 * Puts missed slots into the history of a task whose time to be looked at has come. The next look is noted last: after a
 * death before that, the same is done again, and each slot has one row.
 */
export async function noteMissedSlots(ctx: Context, task: TaskRow): Promise<void> {
  const { workspaceId, taskId } = task;
  const { taskState, slotWatch } = ctx.table.entities;
  const key = { workspaceId, taskId };
  const { data: state } = await taskState.get(key).go({ consistent: true });
  if (state) {
    const { missed } = await slotsBefore(ctx, task, state);
    for (const { schedule, slot } of missed) {
      log("slot missed", { taskId, slot, seconds: Math.round(secondsSince(ctx.now(), slot)) });
      await putSkipped(ctx, task, runOfSlot(task, schedule, slot), "SLOT_MISSED");
    }
    const last = missed.at(-1);
    if (last) {
      // A task that has nothing else to show shows this one.
      const shown = taskState
        .patch(key)
        .set({ lastRunId: slotRunId(taskId, last.slot) })
        .where((row, { notExists }) => notExists(row.lastRunId));
      await tookEffect(shown.go());
      await prune(ctx, workspaceId, taskId);
    }
    const due = dueOf(ctx, task);
    if (due !== undefined) return void (await slotWatch.put({ ...key, due }).go());
  }
  await slotWatch.delete(key).go();
}
