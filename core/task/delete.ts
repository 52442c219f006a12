import { nameKey } from "../../contract/name.ts";
import type { Requester } from "../../contract/run.ts";
import { isTerminal } from "../../contract/run.ts";
import { taskLimits } from "../../contract/task-limits.ts";
import { isOrIsNot, type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { listTaskRuns } from "../run/history.ts";
import { cancel } from "../run/request.ts";
import { removeSchedules } from "../schedule/sync.ts";
import { plus } from "../time.ts";
import { demandVersion, taskVersion } from "../version.ts";
import { countTasks, isFailing, noOutlook } from "./count.ts";
import { readState } from "./state.ts";
import { readTask } from "./task.ts";

/**
 * Deletes a task: at once it is gone for people, starts nothing more and frees its name; its schedules and runs follow,
 * now or by the sweep, which finds the row marked as deleted. For a while it can be restored, then it is purged. `wanted`
 * names the versions that it is meant for.
 */
export async function deleteTask(
  ctx: Context,
  task: TaskRow,
  { by, wanted }: { by: Requester; wanted?: readonly string[] | undefined },
): Promise<TaskRow> {
  demandVersion("task", taskVersion(task), wanted);
  const { workspaceId, taskId } = task;
  const deletedAt = ctx.now().toISOString();
  const state = await readState(ctx, task);
  const fewer = { total: -1, enabled: -Number(task.enabled), failing: -Number(isFailing(state?.lastRunStatus)) };
  const change = { deletedAt, updatedAt: deletedAt, updatedBy: by, sweep: "schedule" } as const;
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.task
        .patch({ workspaceId, taskId })
        .set(change)
        .where(
          (row, { eq, notExists }) =>
            `${eq(row.updatedAt, task.updatedAt)} AND ${eq(row.scheduleVersion, task.scheduleVersion)} AND ${notExists(row.deletedAt)}`,
        )
        .commit(),
      rows.taskName.delete({ workspaceId, lowerName: nameKey(task.name) }).commit(),
      ...(state
        ? [
            rows.taskState
              .patch({ workspaceId, taskId })
              .set({ nextSlot: noOutlook.nextSlot, deletedAt })
              .where((row, is) => isOrIsNot(row.lastRunStatus, state.lastRunStatus, is))
              .commit(),
            ...countTasks(ctx, rows, workspaceId, fewer),
          ]
        : []),
    ])
    .go();
  // Changed or deleted since it was read: of a renamed one, the new name would stay taken for ever.
  if (result.canceled) return deleteTask(ctx, await readTask(ctx, workspaceId, taskId), { by, wanted });
  return { ...task, ...change };
}

/** From this instant on a deleted task is purged. */
export function purgeDue(deletedAt: string): string {
  return plus(new Date(deletedAt), taskLimits.restorableMinutes * 60);
}

/**
 * Stops what a deleted task has going, and notes when it is to be purged. Done again after a crash, it goes on where it
 * stopped. No run is made any more once the task is deleted, so when none is left none will be.
 */
export async function stopDeleted(ctx: Context, { workspaceId, taskId, deletedAt = "" }: TaskRow): Promise<void> {
  await removeSchedules(ctx, taskId);
  const { data: runs } = await listTaskRuns(ctx, taskId, { limit: 100 });
  for (const run of runs.filter(({ status }) => !isTerminal(status))) await cancel(ctx, run);
  const { task, taskState, slotWatch } = ctx.table.entities;
  const { data: state } = await taskState.get({ workspaceId, taskId }).go({ consistent: true });
  // A run that is still being stopped counts down there: the sweep comes back for it.
  if (state && state.active + (state.scheduled ?? 0) > 0) return;
  await slotWatch.put({ workspaceId, taskId, due: purgeDue(deletedAt) }).go();
  const stopped = task
    .patch({ workspaceId, taskId })
    .set({ sweep: "none" })
    .where((row, { eq }) => eq(row.deletedAt, deletedAt));
  if (await tookEffect(stopped.go())) return;
  // It was restored meanwhile, and the schedules that went may have been its new ones.
  await tookEffect(task.patch({ workspaceId, taskId }).set({ sweep: "schedule" }).go());
}
