import { deleteSchedule, putSchedule } from "../aws/schedules.ts";
import type { TaskRow } from "../aws/table.ts";
import { isConditionFailure } from "../aws/table.ts";
import type { Context } from "../context.ts";
import { schedulerExpressionsOf } from "./scheduler-expression.ts";

/** A task has at most two schedules: a cron with both a day of month and a weekday means *or*, which takes two. */
const namesOf = (taskId: string) => [taskId, `${taskId}-2`] as const;

/**
 * Makes EventBridge Scheduler agree with the task's row, then takes the row out of the sweep, unless the schedule was
 * changed in the meantime. A crash or a fault in between leaves the row in the sweep.
 */
export async function syncSchedule(ctx: Context, task: TaskRow): Promise<void> {
  const wanted = task.enabled ? schedulerExpressionsOf(task.schedule) : [];
  for (const [index, name] of namesOf(task.taskId).entries()) {
    const firing = wanted[index];
    if (!firing) await deleteSchedule(ctx.config, name);
    else await putSchedule(ctx.config, { name, ...firing, once: task.schedule.type === "once", input: inputOf(task) });
  }
  await markSynced(ctx, task);
}

export async function removeSchedules(ctx: Context, taskId: string): Promise<void> {
  for (const name of namesOf(taskId)) await deleteSchedule(ctx.config, name);
}

function inputOf({ workspaceId, taskId }: TaskRow): string {
  return JSON.stringify({ workspaceId, taskId, slot: "<aws.scheduler.scheduled-time>" });
}

async function markSynced(ctx: Context, { workspaceId, taskId, scheduleVersion }: TaskRow): Promise<void> {
  try {
    await ctx.table.entities.task
      .patch({ workspaceId, taskId })
      .set({ sweep: "none" })
      .where((row, { eq, notExists }) => `${eq(row.scheduleVersion, scheduleVersion)} AND ${notExists(row.deletedAt)}`)
      .go();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
