import type { TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { each } from "../each.ts";
import { log, logFault } from "../logger.ts";
import { putSkipped } from "../run/claim.ts";
import { runOfSlot } from "../run/dispatch.ts";
import { plus, secondsSince } from "../time.ts";
import { deliveredWithin, slotsMissed } from "./missed.ts";
import { nextSlots } from "./next-slots.ts";

/** A slot that comes so soon after another, in seconds, tells whether that one was missed. */
const soon = 86_400;

/**
 * When somebody has to look whether a slot was missed: where no other comes soon after it, or its schedule was replaced.
 * Undefined: the slots to come will tell.
 */
function dueOf(ctx: Context, task: TaskRow): string | undefined {
  const within = deliveredWithin(task);
  const instants: string[] = [];
  if (task.formerSchedules) instants.push(plus(new Date(task.scheduleSince), within));
  const [next, after] = task.enabled ? nextSlots(task.schedule, { from: ctx.now(), count: 2 }) : [];
  if (next && (!after || after.getTime() - next.getTime() > soon * 1000)) instants.push(plus(next, within));
  const now = ctx.now().toISOString();
  return instants.filter((instant) => instant > now).sort()[0];
}

/** Sees to it that no slot of the task is missed without a word. Done when its schedule is another. */
export async function watchSlots(ctx: Context, task: TaskRow): Promise<void> {
  const due = dueOf(ctx, task);
  if (due === undefined) return;
  const { workspaceId, taskId } = task;
  await ctx.table.entities.slotWatch.put({ workspaceId, taskId, due }).go();
}

/** Puts missed slots into the history of the tasks whose time to be looked at has come. */
export async function noteMissedSlots(ctx: Context): Promise<void> {
  const { data } = await ctx.table.entities.slotWatch.query
    .bySweep({ sweep: "slots" })
    .lte({ due: ctx.now().toISOString() })
    .go({ hydrate: true, pages: "all" });
  await each(data, (key) =>
    lookAt(ctx, key).catch((error: unknown) => logFault("missed slots", error, { taskId: key.taskId })),
  );
}

/** The next look is noted last: after a death before that, the same is done again, and each slot has one row. */
async function lookAt(ctx: Context, { workspaceId, taskId }: Pick<TaskRow, "workspaceId" | "taskId">): Promise<void> {
  const { task: tasks, taskState, slotWatch } = ctx.table.entities;
  const key = { workspaceId, taskId };
  const { data: task } = await tasks.get(key).go({ consistent: true });
  const { data: state } = await taskState.get(key).go({ consistent: true });
  if (task && state && task.deletedAt === undefined) {
    for (const [schedule, slot] of await slotsMissed(ctx, task, state)) {
      log("slot missed", { taskId, slot, seconds: Math.round(secondsSince(ctx.now(), slot)) });
      await putSkipped(ctx, task, runOfSlot(task, schedule, slot), "SLOT_MISSED");
    }
    const due = dueOf(ctx, task);
    if (due !== undefined) return void (await slotWatch.put({ ...key, due }).go());
  }
  await slotWatch.delete(key).go();
}
