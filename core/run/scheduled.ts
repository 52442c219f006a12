import { type Actor, runLimits } from "../../contract/run.ts";
import { indexParts, type RunRow, type TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { each } from "../each.ts";
import { logFault } from "../logger.ts";
import { askedRow, inputRow, type NewRun } from "./asked.ts";
import { isThere, notPruned, type Part, refused, stillThere } from "./claim.ts";
import { findRun } from "./history.ts";
import { begin, moved } from "./move.ts";
import { settle } from "./settle.ts";

export type Scheduled = "scheduled" | "exists" | "too-many" | "gone" | "pruned";

/**
 * Puts a run that waits for its instant. Until then it is in nobody's way: its task's overlap does not count it, and it
 * is no task's last run.
 */
export async function schedule(ctx: Context, task: TaskRow, fresh: NewRun & { notBefore: string }): Promise<Scheduled> {
  const row: RunRow = { ...askedRow(ctx, task, fresh), ...begin("PENDING", "api"), sweep: "scheduled" };
  const { workspaceId, taskId } = task;
  const { runId, notBefore } = fresh;
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run.create(row).commit({ response: "all_old" }),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ scheduled: 1, runCount: 1 })
        .set(moved(ctx))
        .where(
          (row, is) => `${stillThere(row, is)} AND (${is.notExists(row.scheduled)} OR ${is.lt(row.scheduled, most)})`,
        )
        .commit({ response: "all_old" }),
      rows.runInput.create(inputRow(task, fresh)).commit(),
      rows.scheduledRun.create({ runId, notBefore }).commit(),
      ...notPruned(rows, fresh),
    ])
    .go();
  if (!result.canceled) return "scheduled";
  const [runPart, statePart, , , prunedPart] = result.data as Part[];
  if (refused(runPart)) return "exists";
  if (refused(prunedPart)) return "pruned";
  return refused(statePart) && !isThere(statePart) ? "gone" : "too-many";
}
const most: number = runLimits.scheduledPerTask;

/**
 * Lets a run whose instant has come into the queue, where it counts like any other. Undefined: somebody else did, or it
 * has ended, or its task is gone and it ends with it.
 */
export async function letIn(ctx: Context, run: RunRow, actor: Actor): Promise<RunRow | undefined> {
  const { runId, workspaceId, taskId } = run;
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run
        .patch({ runId })
        .set({ sweep: "waiting" })
        .composite({ ...indexParts(run), status: run.status })
        .where(({ status, sweep }, { eq }) => `${eq(status, "PENDING")} AND ${eq(sweep, "scheduled")}`)
        .commit(),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ scheduled: -1, active: 1 })
        .set({ lastRunId: runId, ...moved(ctx) })
        .commit(),
      rows.scheduledRun.delete({ runId }).commit(),
    ])
    .go();
  if (!result.canceled) return { ...run, sweep: "waiting" };
  const [runPart, statePart] = result.data as Part[];
  if (refused(statePart) && !refused(runPart)) await settle(ctx, run, { status: "CANCELLED" }, actor);
  return undefined;
}

/** Lets in every run whose instant has come. Answers the workspaces they are of. */
export async function letInDue(ctx: Context): Promise<string[]> {
  const { data } = await ctx.table.entities.scheduledRun.query
    .bySweep({ sweep: "due" })
    .lte({ notBefore: ctx.now().toISOString() })
    .go({ hydrate: true, pages: "all" });
  const workspaces = new Set<string>();
  await each(data, ({ runId }) =>
    letInOne(ctx, runId, workspaces).catch((error: unknown) => logFault("a scheduled run", error, { runId })),
  );
  return [...workspaces];
}

async function letInOne(ctx: Context, runId: string, workspaces: Set<string>): Promise<void> {
  const run = await findRun(ctx, runId);
  if (run && (await letIn(ctx, run, "sweeper"))) workspaces.add(run.workspaceId);
}
