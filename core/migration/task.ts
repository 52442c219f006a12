import * as z from "zod";
import { terminalStatuses } from "../../contract/run.ts";
import { type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { outlookOf } from "../task/count.ts";

/** What the row of a task counted in the version before. */
const counters = z.object({
  active: z.number(),
  running: z.number(),
  runCount: z.number(),
  failures: z.number(),
  lastRunId: z.string().optional(),
  lastRunStatus: z.enum(terminalStatuses).optional(),
  prunedUntil: z.string().optional(),
});

/** Gives a task of the version before its counters as a row of their own. False: it has them, or it is gone. */
export async function migrateTask(ctx: Context, workspaceId: string, taskId: string): Promise<boolean> {
  const { task } = ctx.table.entities;
  const answer = await task.get({ workspaceId, taskId }).go({ consistent: true, data: "raw" });
  const item = (answer.data as { Item?: Record<string, unknown> } | null)?.Item;
  const old = counters.safeParse(item);
  const row = item && task.parse({ Item: item as never }).data;
  if (!old.success || !row) return false;
  const { table } = ctx;
  const { canceled } = await table.transaction
    .write((rows) => [
      rows.taskState
        .put({ workspaceId, taskId, ...old.data, ...outlookOf(ctx, row as TaskRow), lastSlot: ctx.now().toISOString() })
        .commit(),
      // The whole row anew, without what is not its own any more.
      rows.task
        .put(row as TaskRow)
        .where((is, { eq }) => `${eq(is.updatedAt, row.updatedAt)} AND ${eq(is.scheduleVersion, row.scheduleVersion)}`)
        .commit(),
    ])
    .go();
  return canceled ? migrateTask(ctx, workspaceId, taskId) : true;
}

/** Gives a task's counters what they keep of its definition. False: they have it, or the task is gone. */
export async function migrateOutlook(ctx: Context, task: TaskRow): Promise<boolean> {
  const { workspaceId, taskId, deletedAt } = task;
  const write = ctx.table.entities.taskState
    .patch({ workspaceId, taskId })
    .set({ ...outlookOf(ctx, task), ...(deletedAt !== undefined && { deletedAt }) })
    .where((row, { notExists }) => notExists(row.enabled));
  return tookEffect(write.go());
}
