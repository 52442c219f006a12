import type { Actor } from "../../contract/run.ts";
import type { Schedule } from "../../contract/schedule.ts";
import type { RunRow, TaskRow, TaskStateRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../error.ts";
import { log } from "../logger.ts";
import { migrateTask } from "../migration/task.ts";
import { isLocked } from "../parameter-store/use.ts";
import { scheduleAt } from "../schedule/in-force.ts";
import { slotsBefore } from "../schedule/missed.ts";
import { bySchedule, isScheduled, type NewRun } from "./asked.ts";
import { claimNew, launchWasCutShort, putPending, putSkipped } from "./claim.ts";
import { findRun, prune } from "./history.ts";
import { launch } from "./launch.ts";
import { settle } from "./settle.ts";
import { slotRunId } from "./slot.ts";

/** What EventBridge Scheduler delivers, at least once. */
export interface Slot {
  workspaceId: string;
  taskId: string;
  /** ISO 8601. */
  slot: string;
}

/** Turns a slot into a run: at most one, however often and whenever the slot is delivered. */
export async function dispatchSlot(ctx: Context, { workspaceId, taskId, slot: delivered }: Slot): Promise<void> {
  const { task, state, obstacle } = await readTaskToStart(ctx, workspaceId, taskId);
  const slot = new Date(delivered).toISOString();
  const now = ctx.now().toISOString();
  const inForce = task && scheduleAt(task, slot, now);
  const dropped =
    reasonToDrop(task, state, { slot, now }) ?? (inForce ? undefined : "no schedule of the task had this slot");
  if (!task || !inForce || dropped) return log("slot dropped", { taskId, slot, reason: dropped });
  const { missed, known } = state ? await slotsBefore(ctx, task, state, slot) : { missed: [], known: undefined };
  for (const each of missed) await putSkipped(ctx, task, runOfSlot(task, each.schedule, each.slot), "SLOT_MISSED");
  const fresh = { ...runOfSlot(task, inForce.schedule, slot), ...(known !== undefined && { knownTo: known }) };
  if (task.enabled) return start(ctx, task, obstacle, fresh, "dispatcher");
  if (inForce.enabled) return putSkipped(ctx, task, fresh, "TASK_DISABLED");
  log("slot dropped", { taskId, slot, reason: "the task was disabled" });
}

/** The run of a task's slot, whether it is to start or only to be kept. */
export function runOfSlot({ taskId }: TaskRow, { type, timezone }: Schedule, slot: string): NewRun {
  const trigger = type === "once" ? "ONCE" : "CRON";
  return { runId: slotRunId(taskId, slot), trigger, slot, timezone, requestedBy: bySchedule };
}

/** What is later than now was taken from a clock that ran ahead, and keeps no slot from running. */
function reasonToDrop(
  task: TaskRow | undefined,
  state: TaskStateRow | undefined,
  { slot, now }: { slot: string; now: string },
): string | undefined {
  if (!task) return "the task is gone";
  if (task.deletedAt !== undefined) return "the task is deleted";
  if (scheduleAt(task, slot, now)?.schedule.type === "manual") return "the task had no schedule";
  const prunedUntil = state?.prunedUntil ?? "";
  if (slot <= prunedUntil && prunedUntil <= now) return "the slot is older than the history";
  return undefined;
}

/** What can be known to keep a run from its work before a container is started for it. */
export type Obstacle = "CREDENTIAL_MISSING" | "PARAMETER_STORE_LOCKED";

export interface TaskToStart {
  task: TaskRow | undefined;
  /** Undefined also where the task has its counters still to get: see core/migration/. */
  state: TaskStateRow | undefined;
  obstacle: Obstacle | undefined;
}

/**
 * The task, and what a new run of it, or the one that is given, would fail for: one read, and a second where it has a
 * parameter store.
 */
export async function readTaskToStart(
  ctx: Context,
  workspaceId: string,
  taskId: string,
  run?: RunRow,
): Promise<TaskToStart> {
  const { data } = await ctx.table.transaction
    .get((rows) => [
      rows.task.get({ workspaceId, taskId }).commit(),
      rows.taskState.get({ workspaceId, taskId }).commit(),
      rows.credential.get({ workspaceId, agentType: "claude-runner" }).commit(),
      rows.credential.get({ workspaceId, agentType: "codex-runner" }).commit(),
    ])
    .go();
  const [task, state] = [data[0]?.item ?? undefined, data[1]?.item ?? undefined];
  if (!task) return { task, state, obstacle: undefined };
  const credentials = [data[2]?.item?.agentType, data[3]?.item?.agentType];
  const { agentType, parameterStore } = run ?? task;
  if (!credentials.includes(agentType)) return { task, state, obstacle: "CREDENTIAL_MISSING" };
  // The key of a store that the task has no more is kept with what the run was asked.
  const hasKey = parameterStore !== task.parameterStore || task.parameterStoreKey !== undefined;
  const locked = await isLocked(ctx, { workspaceId, parameterStore }, hasKey);
  return { task, state, obstacle: locked ? "PARAMETER_STORE_LOCKED" : undefined };
}

/** Claims and launches a new run, or keeps it as queued, skipped or failed. Meeting the run again is not an error. */
export async function start(
  ctx: Context,
  task: TaskRow,
  obstacle: Obstacle | undefined,
  fresh: NewRun,
  actor: Actor,
): Promise<void> {
  if (obstacle) return failAtOnce(ctx, task, obstacle, fresh, actor);
  const claim = await claimNew(ctx, task, fresh, actor);
  switch (claim.kind) {
    case "claimed":
      await launch(ctx, claim.run, actor);
      return;
    case "exists":
      if (launchWasCutShort(ctx, claim.run)) await launch(ctx, claim.run, actor);
      return;
    case "full":
      return wait(ctx, task, fresh, actor);
    case "overlap":
      return queueOrSkip(ctx, task, fresh, actor);
    case "gone":
      if (await migrateTask(ctx, task.workspaceId, task.taskId)) return start(ctx, task, obstacle, fresh, actor);
      return log("slot dropped", { taskId: task.taskId, reason: "the task is gone" });
    case "pruned":
      throw notKept();
  }
}

export function notKept(): Refusal {
  return new Refusal("conflict", "This Idempotency-Key belongs to a run that is not kept any more. Send a new key.");
}

/** There is no room: the run waits, and the table's stream brings it on. */
async function wait(ctx: Context, task: TaskRow, fresh: NewRun, actor: Actor): Promise<void> {
  const put = await putPending(ctx, task, fresh, task.overlap === "allow" ? "any" : "none", actor);
  if (put.kind === "pruned") throw notKept();
  // In the meantime another run of the task came first.
  if (put.kind === "no-room") await queueOrSkip(ctx, task, fresh, actor);
}

/** A person who says Run Now waits for their turn; a slot does what the task's overlap says. */
async function queueOrSkip(ctx: Context, task: TaskRow, fresh: NewRun, actor: Actor): Promise<void> {
  const scheduled = isScheduled(fresh);
  if (!scheduled || task.overlap === "queue") {
    const put = await putPending(ctx, task, fresh, scheduled ? "one" : "any", actor);
    if (put.kind === "pruned") throw notKept();
    if (put.kind !== "no-room") return;
  }
  await putSkipped(ctx, task, fresh, "OVERLAP_SKIPPED");
  // No run ends here that would do it, and a run of a day outlasts more slots than the history holds.
  await prune(ctx, task.workspaceId, task.taskId);
}

async function failAtOnce(ctx: Context, task: TaskRow, obstacle: Obstacle, fresh: NewRun, actor: Actor): Promise<void> {
  const put = await putPending(ctx, task, fresh, "any", actor);
  if (put.kind === "pruned") throw notKept();
  if (put.kind === "gone" && (await migrateTask(ctx, task.workspaceId, task.taskId))) {
    return failAtOnce(ctx, task, obstacle, fresh, actor);
  }
  const run = put.kind === "put" ? put.run : await findRun(ctx, fresh.runId);
  if (run?.status === "PENDING") await settle(ctx, run, { status: "FAILED", errorCode: obstacle }, actor);
}
