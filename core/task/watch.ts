import type { TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { noteMissedSlots } from "../schedule/watch.ts";
import { purgeDue } from "./delete.ts";
import { expireRuns, purgeTask } from "./purge.ts";

/** At most so many tasks are looked at in one sweep: many share an hour, and the next sweep goes on. */
const mostAtOnce = 500;

type Key = Pick<TaskRow, "workspaceId" | "taskId">;

/** The tasks whose time to be looked at has come. */
export async function watchedTasks(ctx: Context): Promise<Key[]> {
  const { data } = await ctx.table.entities.slotWatch.query
    .bySweep({ sweep: "slots" })
    .lte({ due: ctx.now().toISOString() })
    .go({ hydrate: true, limit: mostAtOnce });
  return data;
}

/**
 * Puts the missed slots of a task into its history, or takes away what a deleted one has left behind. When to look again
 * is noted last: after a death before that, the same is done again.
 */
export async function lookAtTask(ctx: Context, { workspaceId, taskId }: Key): Promise<void> {
  const { task: tasks, taskState, slotWatch } = ctx.table.entities;
  const key = { workspaceId, taskId };
  const { data: task } = await tasks.get(key).go({ consistent: true });
  if (task && task.deletedAt === undefined) return noteMissedSlots(ctx, task);
  if (task?.deletedAt !== undefined) {
    const due = purgeDue(task.deletedAt);
    if (due > ctx.now().toISOString()) return void (await slotWatch.put({ ...key, due }).go());
    const { data: state } = await taskState.get(key).go({ consistent: true });
    // What is still being stopped, the sweep is at.
    if (state && state.active + (state.scheduled ?? 0) > 0) return;
    if (!(await purgeTask(ctx, task))) return;
  }
  await expireRuns(ctx, taskId);
  await slotWatch.delete(key).go();
}
