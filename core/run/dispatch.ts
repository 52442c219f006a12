import type { TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { derivedId } from "../id.ts";
import { log } from "../logger.ts";
import { isLocked } from "../parameter-store/use.ts";
import { claimNew, launchWasCutShort, type NewRun, putPending, putSkipped } from "./claim.ts";
import { findRun, prune } from "./history.ts";
import { launch } from "./launch.ts";
import { settle } from "./settle.ts";

/** What EventBridge Scheduler delivers, at least once. */
export interface Slot {
  workspaceId: string;
  taskId: string;
  /** ISO 8601. */
  slot: string;
}

/** Turns a slot into a run: at most one, however often and whenever the slot is delivered. */
export async function dispatchSlot(ctx: Context, { workspaceId, taskId, slot }: Slot): Promise<void> {
  const { task, obstacle } = await readTaskToStart(ctx, workspaceId, taskId);
  const time = new Date(slot);
  const dropped = !task ? "the task is gone" : reasonToDrop(task, time.toISOString(), ctx.now().toISOString());
  if (!task || dropped) return log("slot dropped", { taskId, slot, reason: dropped });
  const runId = derivedId("run", time, [taskId, time.toISOString()]);
  const trigger = task.schedule.type === "once" ? "ONCE" : "CRON";
  await start(ctx, task, obstacle, { runId, trigger, slot: time.toISOString() });
}

/** What is later than now was taken from a clock that ran ahead, and keeps no slot from running. */
function reasonToDrop(task: TaskRow, slot: string, now: string): string | undefined {
  if (task.deletedAt !== undefined) return "the task is deleted";
  if (!task.enabled) return "the task is disabled";
  if (task.schedule.type === "manual") return "the task has no schedule";
  if (slot < task.scheduleSince && task.scheduleSince <= now) return "the slot is older than the schedule";
  const { prunedUntil } = task;
  if (prunedUntil !== undefined && slot <= prunedUntil && prunedUntil <= now)
    return "the slot is older than the history";
  return undefined;
}

/** What can be known to keep a run from its work before a container is started for it. */
export type Obstacle = "CREDENTIAL_MISSING" | "PARAMETER_STORE_LOCKED";

/** The task, and what its runs would fail for: one read, and a second where it has a parameter store. */
export async function readTaskToStart(
  ctx: Context,
  workspaceId: string,
  taskId: string,
): Promise<{ task: TaskRow | undefined; obstacle: Obstacle | undefined }> {
  const { data } = await ctx.table.transaction
    .get((rows) => [
      rows.task.get({ workspaceId, taskId }).commit(),
      rows.credential.get({ workspaceId, agentType: "claude-runner" }).commit(),
      rows.credential.get({ workspaceId, agentType: "codex-runner" }).commit(),
    ])
    .go();
  const task = data[0]?.item ?? undefined;
  const agentTypes = [data[1]?.item?.agentType, data[2]?.item?.agentType];
  if (task && !agentTypes.includes(task.agentType)) return { task, obstacle: "CREDENTIAL_MISSING" };
  return { task, obstacle: task && (await isLocked(ctx, task)) ? "PARAMETER_STORE_LOCKED" : undefined };
}

/** Claims and launches a new run, or keeps it as queued, skipped or failed. Meeting the run again is not an error. */
export async function start(ctx: Context, task: TaskRow, obstacle: Obstacle | undefined, fresh: NewRun): Promise<void> {
  if (obstacle) return failAtOnce(ctx, task, obstacle, fresh);
  const claim = await claimNew(ctx, task, fresh);
  switch (claim.kind) {
    case "claimed":
      return launch(ctx, claim.run);
    case "exists":
      return launchWasCutShort(ctx, claim.run) ? launch(ctx, claim.run) : undefined;
    case "full":
      // Not taken: in the meantime another run of the task came first, or this very one was put.
      if (await putPending(ctx, task, fresh, task.overlap === "allow" ? "any" : "none")) return;
      return queueOrSkip(ctx, task, fresh);
    case "overlap":
      return queueOrSkip(ctx, task, fresh);
    case "gone":
      return log("slot dropped", { taskId: task.taskId, reason: "the task is gone" });
  }
}

/** A person who says Run Now waits for their turn; a slot does what the task's overlap says. */
async function queueOrSkip(ctx: Context, task: TaskRow, fresh: NewRun): Promise<void> {
  const scheduled = fresh.trigger === "CRON" || fresh.trigger === "ONCE";
  const queued = scheduled
    ? task.overlap === "queue" && (await putPending(ctx, task, fresh, "one"))
    : await putPending(ctx, task, fresh, "any");
  if (queued || !scheduled) return;
  await putSkipped(ctx, task, fresh);
  // No run ends here that would do it, and a run of a day outlasts more slots than the history holds.
  await prune(ctx, task.workspaceId, task.taskId);
}

async function failAtOnce(ctx: Context, task: TaskRow, obstacle: Obstacle, fresh: NewRun): Promise<void> {
  const run = (await putPending(ctx, task, fresh, "any")) ?? (await findRun(ctx, fresh.runId));
  if (run?.status === "PENDING") await settle(ctx, run, { status: "FAILED", errorCode: obstacle });
}
