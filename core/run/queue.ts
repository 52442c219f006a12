import type { Actor } from "../../contract/run.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { logFault } from "../logger.ts";
import { migrateTask } from "../migration/task.ts";
import { isAhead } from "../time.ts";
import { isScheduled } from "./asked.ts";
import { claimPending } from "./claim.ts";
import { readTaskToStart } from "./dispatch.ts";
import { launch } from "./launch.ts";
import { isOverdue, notStarted } from "./requeue.ts";
import { letIn } from "./scheduled.ts";
import { type Ending, settle } from "./settle.ts";

/** How many waiting runs are read at a time, and at most: the sweep comes once a minute, the others with each run. */
const pageSize = 25;
const mostRead = { sweeper: 1000, others: 100 } as const;
/** No run is put off for longer by want of room, in seconds. */
export const longestWait = 3600;

/**
 * Starts what waits in a workspace and may go now, oldest first, until the workspace is full: what is behind that is not
 * even read, so that ten thousand waiting runs cost what ten do.
 */
export async function startWaiting(ctx: Context, workspaceId: string, actor: Actor): Promise<void> {
  const { run } = ctx.table.entities;
  /** Tasks of which a run waits for another one: of theirs, no further one is tried. */
  const busy = new Set<string>();
  let cursor: string | null = null;
  let full = false;
  const most = actor === "sweeper" ? mostRead.sweeper : mostRead.others;
  for (let seen = 0; seen < most; ) {
    full ||= await isFull(ctx, workspaceId);
    const page: { data: RunRow[]; cursor: string | null } = await run.query
      .byStatus({ workspaceId, status: "PENDING" })
      .go({ hydrate: true, limit: pageSize, cursor });
    for (const waiting of page.data) full ||= !(await tryNext(ctx, waiting, busy, actor));
    if (full) {
      // Whether their time to start is over is all that can be done for them.
      const overdue = page.data.filter((waiting) => isOverdue(ctx, waiting));
      for (const waiting of overdue) await giveUp(ctx, waiting, actor);
      if (overdue.length === 0 && page.data.some(isQueued)) return;
    }
    seen += page.data.filter(isQueued).length;
    cursor = page.cursor;
    if (cursor === null) return;
  }
}

/** Those that wait for an instant may be many, and older than what waits for room. */
const isQueued = (run: RunRow) => run.sweep !== "scheduled";

async function isFull(ctx: Context, workspaceId: string): Promise<boolean> {
  const { data } = await ctx.table.entities.workspace.get({ workspaceId }).go({ consistent: true });
  return !data || data.running >= data.cap;
}

async function giveUp(ctx: Context, run: RunRow, actor: Actor): Promise<void> {
  if (run.status !== "PENDING") return;
  await settle(ctx, run, { status: "FAILED", ...notStarted("There was no room for it.") }, actor);
}

/** False when there is no room for any further run. A fault with one run is no reason to leave the others. */
async function tryNext(ctx: Context, run: RunRow, busy: Set<string>, actor: Actor): Promise<boolean> {
  if (busy.has(run.taskId)) return true;
  try {
    const outcome = await startPending(ctx, run, actor);
    if (outcome === "busy") busy.add(run.taskId);
    return outcome !== "full";
  } catch (error) {
    logFault("a waiting run could not be started", error, { runId: run.runId });
    return true;
  }
}

/** Starts one waiting run, if its time has come and there is room. */
export async function startPending(ctx: Context, run: RunRow, actor: Actor): Promise<"full" | "busy" | "done"> {
  if (run.status !== "PENDING") return "done";
  const now = ctx.now().toISOString();
  if (isAhead(ctx.now(), run.retryAt, longestWait) || (run.notBefore ?? "") > now) return "done";
  if (!isQueued(run)) {
    const queued = await letIn(ctx, run, actor);
    return queued ? startPending(ctx, queued, actor) : "done";
  }
  const { task, obstacle } = await readTaskToStart(ctx, run.workspaceId, run.taskId, run);
  const ending = endingOf(ctx, run, task, obstacle);
  if (ending || !task) {
    await settle(ctx, run, ending ?? { status: "CANCELLED" }, actor);
    return "done";
  }
  const claim = await claimPending(ctx, run, task, actor);
  switch (claim.kind) {
    case "claimed":
      return (await launch(ctx, claim.run, actor)) ? "done" : "full";
    case "uncounted":
      return (await migrateTask(ctx, run.workspaceId, run.taskId)) ? startPending(ctx, run, actor) : "done";
    case "lost":
      return "done";
    default:
      return claim.kind;
  }
}

/** How a run ends that has waited for something that will not come. */
function endingOf(
  ctx: Context,
  run: RunRow,
  task: Awaited<ReturnType<typeof readTaskToStart>>["task"],
  obstacle: Awaited<ReturnType<typeof readTaskToStart>>["obstacle"],
): Ending | undefined {
  if (!task || task.deletedAt !== undefined) return { status: "CANCELLED" };
  if (!task.enabled && isScheduled(run)) return { status: "CANCELLED", errorCode: "TASK_DISABLED" };
  if (isOverdue(ctx, run)) return { status: "FAILED", ...notStarted("") };
  return obstacle && { status: "FAILED", errorCode: obstacle };
}
