import { isTerminal } from "../../contract/run.ts";
import { taskDefaults } from "../../contract/task-limits.ts";
import { indexParts, type RunRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { inputRow } from "../run/asked.ts";
import { plus } from "../time.ts";

/** Brings a run of the version before into shape: its result, and what it was asked, become rows of their own. False: it has it. */
export async function migrateRun(ctx: Context, runId: string): Promise<boolean> {
  const { run } = ctx.table.entities;
  const answer = await run.get({ runId }).go({ consistent: true, data: "raw" });
  const item = (answer.data as { Item?: Record<string, unknown> } | null)?.Item;
  const old = item && run.parse({ Item: item as never }).data;
  if (!old || old.shard !== undefined) return false;
  const { result } = item;
  const input = isTerminal(old.status) ? undefined : await inputFor(ctx, old);
  await ctx.table.transaction
    .write((rows) => [
      // The whole row anew, without what is not its own any more.
      rows.run
        .put({ ...shaped(ctx, old), ...input?.kept, ...(result !== undefined && { hasResult: true }) })
        .where(
          (is, { eq, notExists }) =>
            `${eq(is.status, old.status)} AND ${eq(is.attempt, old.attempt)} AND ${notExists(is.shard)}`,
        )
        .commit(),
      ...(typeof result === "string" ? [rows.runResult.put({ runId, text: result }).commit()] : []),
      ...(input ? [rows.runInput.put(input.row).commit()] : []),
    ])
    .go();
  return true;
}

/** Gives a run that has not ended its key in the sweep's index, of which its task is a part. */
export async function migrateRunKey(ctx: Context, row: RunRow): Promise<boolean> {
  if (isTerminal(row.status)) return false;
  const { runId, sweep, attempt } = row;
  const write = ctx.table.entities.run
    .patch({ runId })
    .set({ sweep })
    .composite(indexParts(row))
    .where((is, { eq }) => `${eq(is.status, row.status)} AND ${eq(is.attempt, attempt)}`);
  // Whoever has changed it since has given it its key.
  return tookEffect(write.go());
}

function shaped(ctx: Context, old: RunRow): RunRow {
  const within = taskDefaults.startWithinMinutes;
  const waits = { PENDING: "waiting", CLAIMED: "active", PROCESSING: "active" } as const;
  return {
    ...old,
    shard: indexParts(old).shard,
    rootRunId: old.parentRunId ?? old.runId,
    startWithinMinutes: within,
    startBy: plus(ctx.now(), within * 60),
    sweep: isTerminal(old.status) ? old.sweep : waits[old.status as keyof typeof waits],
  };
}

/** Nobody kept what it was asked: it is the task as it is now. */
async function inputFor(ctx: Context, { workspaceId, taskId, runId }: RunRow) {
  const { data: task } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  const kept = task?.parameterStore === undefined ? {} : { parameterStore: task.parameterStore };
  return task ? { row: inputRow(task, { runId }), kept } : undefined;
}
