import { type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { listTaskRuns } from "../run/history.ts";
import { expiryIn } from "../time.ts";

/** How long the runs of a deleted task stay readable. */
const keepDays = 90;

/** Takes the rows of a deleted task away: from then on it cannot be restored. False: it has been restored. */
export async function purgeTask(ctx: Context, { workspaceId, taskId, deletedAt = "" }: TaskRow): Promise<boolean> {
  const { canceled } = await ctx.table.transaction
    .write((rows) => [
      rows.task
        .delete({ workspaceId, taskId })
        .where((row, { eq }) => eq(row.deletedAt, deletedAt))
        .commit(),
      rows.taskState.delete({ workspaceId, taskId }).commit(),
    ])
    .go();
  return !canceled;
}

/** Gives the runs of a task that is gone their end. Done again, it gives them the same a little later. */
export async function expireRuns(ctx: Context, taskId: string): Promise<void> {
  const { run, runInput, runResult } = ctx.table.entities;
  const expiresAt = expiryIn(ctx.now(), keepDays);
  const { data: runs } = await listTaskRuns(ctx, taskId, { limit: 100 });
  for (const { runId, hasResult } of runs) {
    await tookEffect(runInput.patch({ runId }).set({ expiresAt }).go());
    if (hasResult) await tookEffect(runResult.patch({ runId }).set({ expiresAt }).go());
    await run.patch({ runId }).set({ expiresAt }).go();
  }
}
