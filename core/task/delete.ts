import { nameKey } from "../../contract/name.ts";
import { isTerminal } from "../../contract/run.ts";
import { isOrIsNot, type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { listTaskRuns } from "../run/history.ts";
import { cancel } from "../run/request.ts";
import { removeSchedules } from "../schedule/sync.ts";
import { expiryIn } from "../time.ts";
import { demandVersion, taskVersion } from "../version.ts";
import { countTasks, isFailing, noOutlook } from "./count.ts";
import { readState } from "./state.ts";
import { readTask } from "./task.ts";

/** How long the runs of a deleted task stay readable. */
const keepDays = 90;

/**
 * Deletes a task: at once it is gone for people and frees its name; its schedules, runs and row follow, now or by the
 * sweep, which finds the row marked as deleted. `wanted` names the versions that it is meant for.
 */
export async function deleteTask(ctx: Context, task: TaskRow, wanted?: readonly string[]): Promise<TaskRow> {
  demandVersion("task", taskVersion(task), wanted);
  const { workspaceId, taskId } = task;
  const deletedAt = ctx.now().toISOString();
  const state = await readState(ctx, task);
  const fewer = { total: -1, enabled: -Number(task.enabled), failing: -Number(isFailing(state?.lastRunStatus)) };
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.task
        .patch({ workspaceId, taskId })
        .set({ deletedAt, updatedAt: deletedAt, enabled: false, sweep: "schedule" })
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
              .set({ ...noOutlook, deletedAt })
              .where((row, is) => isOrIsNot(row.lastRunStatus, state.lastRunStatus, is))
              .commit(),
            ...countTasks(ctx, rows, workspaceId, fewer),
          ]
        : []),
    ])
    .go();
  // Changed or deleted since it was read: of a renamed one, the new name would stay taken for ever.
  if (result.canceled) return deleteTask(ctx, await readTask(ctx, workspaceId, taskId), wanted);
  return { ...task, deletedAt, enabled: false, sweep: "schedule" };
}

/** Takes away what a deleted task leaves behind. Done again after a crash, it goes on where it stopped. */
export async function finishDeletion(ctx: Context, task: TaskRow): Promise<void> {
  const { workspaceId, taskId } = task;
  await removeSchedules(ctx, taskId);
  const { data: runs } = await listTaskRuns(ctx, taskId, { limit: 100 });
  const active = runs.filter((run) => !isTerminal(run.status));
  for (const run of active) await cancel(ctx, run);
  const { task: definition, taskState, run: entity, runInput, runResult } = ctx.table.entities;
  const { data: state } = await taskState.get({ workspaceId, taskId }).go({ consistent: true });
  // A run that is still being stopped counts down there: the sweep comes back for it.
  if (state && state.active + (state.scheduled ?? 0) > 0) return;
  const expiresAt = expiryIn(ctx.now(), keepDays);
  for (const { runId, hasResult } of runs) {
    await tookEffect(runInput.patch({ runId }).set({ expiresAt }).go());
    if (hasResult) await tookEffect(runResult.patch({ runId }).set({ expiresAt }).go());
    await entity.patch({ runId }).set({ expiresAt }).go();
  }
  await ctx.table.entities.slotWatch.delete({ workspaceId, taskId }).go();
  await taskState.delete({ workspaceId, taskId }).go();
  await definition.delete({ workspaceId, taskId }).go();
}
