import { isTerminal, type Trigger } from "../../contract/run.ts";
import type { RunRow, TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { plus, secondsSince } from "../time.ts";
import { timing } from "./timing.ts";

/** What is known of a run before it exists. */
export interface NewRun {
  runId: string;
  trigger: Trigger;
  slot?: string;
  parentRunId?: string;
}

export type Claim =
  | { kind: "claimed"; run: RunRow }
  /** The run is there already: the claim is somebody's. */
  | { kind: "exists"; run: RunRow }
  /** The workspace runs as many as it may. */
  | { kind: "full" }
  /** An earlier run of the task has not ended. */
  | { kind: "overlap" }
  /** The task is gone. */
  | { kind: "gone" };

export function baseRow(ctx: Context, task: TaskRow, fresh: NewRun) {
  return {
    ...fresh,
    workspaceId: task.workspaceId,
    taskId: task.taskId,
    taskName: task.name,
    agentType: task.agentType,
    model: task.model,
    timeoutMinutes: task.timeoutMinutes,
    attempt: 1,
    createdAt: ctx.now().toISOString(),
    emailState: "none" as const,
    emailAttempts: 0,
    ...(task.notificationEmail !== undefined && { emailTo: task.notificationEmail }),
  };
}

function claimTimes(ctx: Context, firstClaimedAt?: string) {
  const now = ctx.now();
  // A run that has waited for room since is not late in starting: it gets a new window.
  const waited = secondsSince(now, firstClaimedAt) > timing.launchWindow + timing.sweep;
  const first = firstClaimedAt === undefined || waited ? now.toISOString() : firstClaimedAt;
  const windowLeft = timing.launchWindow - secondsSince(now, first);
  const leaseUntil = plus(now, Math.min(timing.launchLease, windowLeft));
  return { claimedAt: now.toISOString(), firstClaimedAt: first, leaseUntil };
}

/**
 * THE claim: one conditional write that makes the run, and counts it in its workspace and its task, or does nothing.
 * The run's id is derived from the slot, so of any number of dispatchers with the same slot exactly one gets "claimed".
 */
export async function claimNew(ctx: Context, task: TaskRow, fresh: NewRun): Promise<Claim> {
  const row: RunRow = {
    ...baseRow(ctx, task, fresh),
    ...claimTimes(ctx),
    status: "CLAIMED",
    sweep: "active",
  };
  const { workspaceId, taskId } = task;
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run.create(row).commit({ response: "all_old" }),
      rows.workspace
        .patch({ workspaceId })
        .add({ running: 1 })
        .where(({ running, cap }, { name }) => `${name(running)} < ${name(cap)}`)
        .commit({ response: "all_old" }),
      rows.task
        .patch({ workspaceId, taskId })
        .add({ active: 1, running: 1, runCount: 1 })
        .set({ lastRunId: fresh.runId })
        .where(({ active }, { eq }) => (task.overlap === "allow" ? "" : eq(active, 0)))
        .commit({ response: "all_old" }),
    ])
    .go();
  if (!result.canceled) return { kind: "claimed", run: row };
  const [runPart, workspacePart, taskPart] = result.data;
  if (runPart?.rejected && runPart.item) return { kind: "exists", run: runPart.item as RunRow };
  if (taskPart?.rejected) return { kind: taskPart.item ? "overlap" : "gone" };
  if (workspacePart?.rejected) return { kind: "full" };
  throw new Error(`The claim was cancelled: ${result.data.map((part) => part.code).join(", ")}`);
}

/** Claims a run that waits. Undefined: somebody else did, it has ended, or there is still no room for it. */
export async function claimPending(ctx: Context, run: RunRow, task: TaskRow): Promise<RunRow | undefined> {
  const times = claimTimes(ctx, run.firstClaimedAt);
  const { workspaceId, taskId } = task;
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run
        .patch({ runId: run.runId })
        .set({ ...times, status: "CLAIMED" })
        .remove(["retryAt"])
        .composite({ workspaceId, createdAt: run.createdAt })
        .where(({ status, attempt }, { eq }) => `${eq(status, "PENDING")} AND ${eq(attempt, run.attempt)}`)
        .commit(),
      rows.workspace
        .patch({ workspaceId })
        .add({ running: 1 })
        .where(({ running, cap }, { name }) => `${name(running)} < ${name(cap)}`)
        .commit(),
      rows.task
        .patch({ workspaceId, taskId })
        .add({ running: 1 })
        .where(({ running }, { eq }) => (task.overlap === "allow" ? "" : eq(running, 0)))
        .commit(),
    ])
    .go();
  const { retryAt: _, ...rest } = run;
  return result.canceled ? undefined : { ...rest, ...times, status: "CLAIMED" };
}

/** How many runs of the task may exist that have not ended, this one not counted. */
type Room = "none" | "one" | "any";

/** Puts a run that waits for its turn. False: it exists already, or the task has no room for one more that waits. */
export async function putPending(ctx: Context, task: TaskRow, fresh: NewRun, room: Room): Promise<RunRow | undefined> {
  const row: RunRow = { ...baseRow(ctx, task, fresh), status: "PENDING", sweep: "active" };
  const { workspaceId, taskId } = task;
  const most = { none: 0, one: 1, any: Number.MAX_SAFE_INTEGER }[room];
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run.create(row).commit(),
      rows.task
        .patch({ workspaceId, taskId })
        .add({ active: 1, runCount: 1 })
        .set({ lastRunId: fresh.runId })
        .where(({ active }, { lte }) => lte(active, most))
        .commit(),
    ])
    .go();
  return result.canceled ? undefined : row;
}

/** Keeps a slot that was skipped in the history: neither a success nor a failure. */
export async function putSkipped(ctx: Context, task: TaskRow, fresh: NewRun): Promise<void> {
  const row: RunRow = {
    ...baseRow(ctx, task, fresh),
    status: "CANCELLED",
    endedAt: ctx.now().toISOString(),
    errorCode: "OVERLAP_SKIPPED",
    sweep: "none",
  };
  const { workspaceId, taskId } = task;
  await ctx.table.transaction
    .write((rows) => [
      rows.run.create(row).commit(),
      rows.task.patch({ workspaceId, taskId }).add({ runCount: 1 }).commit(),
    ])
    .go();
}

/** Whether a run that exists may be launched by whoever meets it: its dispatcher claimed it and then died. */
export function launchWasCutShort(ctx: Context, run: RunRow): boolean {
  if (isTerminal(run.status) || run.status !== "CLAIMED" || run.claimedAt === undefined) return false;
  return ctx.now().getTime() - Date.parse(run.claimedAt) > timing.takeover * 1000;
}
