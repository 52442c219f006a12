import { deleteSchedule, putSchedule } from "../aws/schedules.ts";
import { type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { dispatchSlot } from "../run/dispatch.ts";
import { slotsOnTheirWay } from "./in-force.ts";
import { nextSlots } from "./next-slots.ts";
import { schedulerExpressionsOf } from "./scheduler-expression.ts";
import { watchSlots } from "./watch.ts";

/** A task has at most two schedules: a cron with both a day of month and a weekday means *or*, which takes two. */
const namesOf = (taskId: string) => [taskId, `${taskId}-2`] as const;

/**
 * Makes EventBridge Scheduler agree with the task's row, then takes the row out of the sweep, unless the schedule was
 * changed in the meantime. A crash or a fault in between leaves the row in the sweep.
 */
export async function syncSchedule(ctx: Context, task: TaskRow): Promise<void> {
  const ahead = task.enabled && nextSlots(task.schedule, { from: ctx.now(), count: 1 }).length > 0;
  const wanted = ahead ? schedulerExpressionsOf(task.schedule) : [];
  for (const [index, name] of namesOf(task.taskId).entries()) {
    const firing = wanted[index];
    if (!firing) await deleteSchedule(ctx.config, name);
    else await putSchedule(ctx.config, { name, ...firing, ...howOf(task), input: inputOf(task) });
  }
  await makeUp(ctx, task);
  await watchSlots(ctx, task);
  if (!(await markSynced(ctx, task))) await syncAgain(ctx, task);
}

function howOf({ schedule, spreadMinutes = 0 }: TaskRow) {
  return { once: schedule.type === "once", spreadMinutes };
}

/** Scheduler delivers a slot within its minute. */
const deliverySeconds = 90;

/**
 * Starts the first slot that came since the schedule was changed, for Scheduler may not have known it yet, and those of
 * the former schedule that it may have been about to deliver. A slot that has its run already gets no other.
 */
async function makeUp(ctx: Context, task: TaskRow): Promise<void> {
  const { workspaceId, taskId, enabled, schedule, scheduleSince, spreadMinutes = 0 } = task;
  const [first] = enabled ? nextSlots(schedule, { from: new Date(scheduleSince), count: 1 }) : [];
  const slots = [
    ...slotsOnTheirWay(task, deliverySeconds + spreadMinutes * 60),
    ...(first ? [first.toISOString()] : []),
  ];
  const now = ctx.now().toISOString();
  for (const slot of slots.filter((each) => each <= now)) await dispatchSlot(ctx, { workspaceId, taskId, slot });
}

/** The row has changed under a sync that was slow: what it wrote may have replaced what is newer. */
async function syncAgain(ctx: Context, { workspaceId, taskId }: TaskRow): Promise<void> {
  const { data } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  if (!data || data.deletedAt !== undefined) await removeSchedules(ctx, taskId);
  // Also of a deleted one: it may be restored by now.
  await tookEffect(ctx.table.entities.task.patch({ workspaceId, taskId }).set({ sweep: "schedule" }).go());
}

export async function removeSchedules(ctx: Context, taskId: string): Promise<void> {
  for (const name of namesOf(taskId)) await deleteSchedule(ctx.config, name);
}

function inputOf({ workspaceId, taskId }: TaskRow): string {
  return JSON.stringify({ workspaceId, taskId, slot: "<aws.scheduler.scheduled-time>" });
}

async function markSynced(ctx: Context, { workspaceId, taskId, scheduleVersion }: TaskRow): Promise<boolean> {
  const synced = ctx.table.entities.task
    .patch({ workspaceId, taskId })
    .set({ sweep: "none" })
    .where((row, { eq, notExists }) => `${eq(row.scheduleVersion, scheduleVersion)} AND ${notExists(row.deletedAt)}`);
  return tookEffect(synced.go());
}
