import { isTerminal, type RunStatus } from "../../contract/run.ts";
import { taskLimits } from "../../contract/task-limits.ts";
import { pageOf } from "../aws/page.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { ledgerDays } from "../cost/ledger.ts";
import { invalid, notFound } from "../error.ts";
import { migrateRun } from "../migration/run.ts";
import { expiryIn } from "../time.ts";

interface Page {
  limit: number;
  cursor?: string | undefined;
}

/** A run as it is now, of whichever workspace. */
export async function findRun(ctx: Context, runId: string): Promise<RunRow | undefined> {
  const { data } = await ctx.table.entities.run.get({ runId }).go({ consistent: true });
  if (!data || data.shard !== undefined) return data ?? undefined;
  await migrateRun(ctx, runId);
  return findRun(ctx, runId);
}

/** A run of the workspace. Somebody else's is not found, like one that does not exist. */
export async function readRun(ctx: Context, workspaceId: string, runId: string): Promise<RunRow> {
  const run = await findRun(ctx, runId);
  if (run?.workspaceId !== workspaceId) throw notFound("run");
  return run;
}

/** Runs of a workspace, newest first; of one status or of one task if asked, also of a task that was deleted. */
export async function listRuns(
  ctx: Context,
  workspaceId: string,
  page: Page & { status?: RunStatus | undefined; taskId?: string | undefined },
) {
  if (page.taskId !== undefined) {
    if (page.status !== undefined) throw invalid({ taskId: "cannot be given together with status" });
    const found = await listTaskRuns(ctx, page.taskId, page);
    // The runs of a task are all of one workspace. Somebody else's task is like one that does not exist.
    const isOurs = found.data.every((run) => run.workspaceId === workspaceId);
    return isOurs ? found : { data: [], cursor: null };
  }
  const { byStatus, byWorkspace } = ctx.table.entities.run.query;
  const query = page.status ? byStatus({ workspaceId, status: page.status }) : byWorkspace({ workspaceId });
  return query.go({ hydrate: true, order: "desc", ...pageOf(query, page) });
}

/** Runs of a task, newest first. */
export async function listTaskRuns(ctx: Context, taskId: string, page: Page) {
  const query = ctx.table.entities.run.query.byTask({ taskId });
  return query.go({ hydrate: true, order: "desc", ...pageOf(query, page) });
}

const kept: number = taskLimits.runsKept;

/** Drops the oldest ended runs of a task beyond what is kept. Counted with the row, so a crash leaves no drift. */
export async function prune(ctx: Context, workspaceId: string, taskId: string): Promise<void> {
  const { data: state } = await ctx.table.entities.taskState.get({ workspaceId, taskId }).go();
  const excess = (state?.runCount ?? 0) - kept;
  if (excess <= 0) return;
  const { data: oldest } = await ctx.table.entities.run.query
    .byTask({ taskId })
    .go({ hydrate: true, order: "asc", limit: Math.min(excess + 10, 100) });
  const ended = oldest.filter((run) => isTerminal(run.status) && run.sweep === "none");
  const now = ctx.now().toISOString();
  let until = state?.prunedUntil ?? "";
  for (const run of ended.slice(0, excess)) {
    // By its slot, as far as it has one: a row that says that a slot was missed is made hours after it.
    const instant = run.slot ?? run.createdAt;
    until = until > now || instant > until ? instant : until;
    await dropRun(ctx, run, until);
  }
}

async function dropRun(ctx: Context, run: RunRow, prunedUntil: string): Promise<void> {
  const { workspaceId, taskId, runId } = run;
  await ctx.table.transaction
    .write((rows) => [
      rows.run
        .delete({ runId })
        .where(({ status }, { eq }) => eq(status, run.status))
        .commit(),
      rows.runInput.delete({ runId }).commit(),
      ...(run.hasResult ? [rows.runResult.delete({ runId }).commit()] : []),
      ...(run.keyed ? [rows.prunedRun.put({ runId, expiresAt: expiryIn(ctx.now(), ledgerDays + 1) }).commit()] : []),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ runCount: -1 })
        .set({ prunedUntil })
        // Somebody else may be pruning the same task.
        .where(({ runCount }, { gt }) => gt(runCount, kept))
        .commit(),
    ])
    .go();
}
