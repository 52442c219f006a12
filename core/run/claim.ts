import { type Actor, isTerminal, type RunErrorCode } from "../../contract/run.ts";
import {
  indexParts,
  isOrIsNot,
  type RunRow,
  type TaskRow,
  type TaskStateRow,
  type TransactionRows,
} from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { outlookOf } from "../task/count.ts";
import { plus, secondsSince } from "../time.ts";
import { askedRow, inputRow, type NewRun } from "./asked.ts";
import { begin, move, moved } from "./move.ts";
import { timing } from "./timing.ts";

export type Claim =
  | { kind: "claimed"; run: RunRow }
  /** The run is there already: the claim is somebody's. */
  | { kind: "exists"; run: RunRow }
  /** The workspace runs as many as it may, or somebody else is at its row. */
  | { kind: "full" }
  /** An earlier run of the task has not ended. */
  | { kind: "overlap" }
  /** The task has no counters: it is gone, or of a version that kept them elsewhere. */
  | { kind: "gone" }
  /** The run was there and is not kept any more. */
  | { kind: "pruned" };

export interface Part {
  rejected: boolean;
  code?: string;
  item?: unknown;
}
export const refused = (part: Part | undefined) => part?.rejected === true && part.code === "ConditionalCheckFailed";

/** The condition that a task is not deleted: no run of it is made from then on. */
export function stillThere(row: { deletedAt: unknown }, is: Parameters<typeof isOrIsNot>[2]): string {
  return isOrIsNot(row.deletedAt, undefined, is);
}

/** Whether a condition of the task's counters was refused by what they count, and not because the task is gone. */
export const isThere = (part: Part | undefined) =>
  part?.item !== undefined && (part.item as TaskStateRow).deletedAt === undefined;

function claimTimes(ctx: Context) {
  const now = ctx.now();
  return { claimedAt: now.toISOString(), leaseUntil: plus(now, timing.launchLease) };
}

/** A run that was pruned must not come back under its id: the ledger of its calls is still there. */
export function notPruned(rows: TransactionRows, { runId, keyed }: NewRun) {
  if (!keyed) return [];
  return [
    rows.prunedRun
      .check({ runId })
      .where((row, { notExists }) => notExists(row.runId))
      .commit({ response: "all_old" }),
  ];
}

/**
 * THE claim: one conditional write that makes the run, and counts it in its workspace and its task, or does nothing.
 * The run's id is derived from the slot, so of any number of dispatchers with the same slot exactly one gets "claimed".
 * It is tried once: where it meets somebody else's transaction, the run had better wait its turn.
 */
export async function claimNew(ctx: Context, task: TaskRow, fresh: NewRun, actor: Actor): Promise<Claim> {
  const row: RunRow = {
    ...askedRow(ctx, task, fresh),
    ...claimTimes(ctx),
    ...begin("CLAIMED", actor),
    sweep: "active",
  };
  const { workspaceId, taskId } = task;
  const result = await ctx.table.transaction
    .attempt((rows) => [
      rows.run.create(row).commit({ response: "all_old" }),
      rows.workspace
        .patch({ workspaceId })
        .add({ running: 1 })
        .set(moved(ctx))
        .where(({ running, cap }, { name }) => `${name(running)} < ${name(cap)}`)
        .commit({ response: "all_old" }),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ active: 1, running: 1, runCount: 1 })
        .set({ lastRunId: fresh.runId, ...slotOf(ctx, task, fresh), ...moved(ctx) })
        .where((row, is) => `${stillThere(row, is)}${task.overlap === "allow" ? "" : ` AND ${is.eq(row.active, 0)}`}`)
        .commit({ response: "all_old" }),
      rows.runInput.create(inputRow(task, fresh)).commit(),
      ...notPruned(rows, fresh),
    ])
    .go();
  if (!result.canceled) return { kind: "claimed", run: row };
  const [runPart, , statePart, , prunedPart] = result.data as Part[];
  if (refused(runPart) && runPart?.item) return { kind: "exists", run: runPart.item as RunRow };
  if (refused(prunedPart)) return { kind: "pruned" };
  if (refused(statePart)) return { kind: isThere(statePart) ? "overlap" : "gone" };
  return { kind: "full" };
}

function slotOf(ctx: Context, task: TaskRow, { slot, knownTo }: NewRun): { lastSlot?: string; nextSlot?: string } {
  return {
    ...(knownTo !== undefined && { lastSlot: knownTo }),
    ...(slot !== undefined && { nextSlot: outlookOf(ctx, task, slot).nextSlot }),
  };
}

/**
 * `full`: the workspace has no room, so none of its runs has. `busy`: this one has to wait for another of its task.
 * `uncounted`: its task has no counters. `lost`: somebody else took it on.
 */
export type PendingClaim =
  | { kind: "claimed"; run: RunRow }
  | { kind: "full" }
  | { kind: "busy" }
  | { kind: "uncounted" }
  | { kind: "lost" };

/** Claims a run that waits. */
export async function claimPending(ctx: Context, run: RunRow, task: TaskRow, actor: Actor): Promise<PendingClaim> {
  const times = claimTimes(ctx);
  const { workspaceId, taskId } = task;
  const { set, where } = move(run, "CLAIMED", actor);
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run
        .patch({ runId: run.runId })
        .set({ ...set, ...times, sweep: "active" })
        .remove(["retryAt"])
        .composite(indexParts(run))
        .where(where)
        .commit(),
      rows.workspace
        .patch({ workspaceId })
        .add({ running: 1 })
        .set(moved(ctx))
        .where(({ running, cap }, { name }) => `${name(running)} < ${name(cap)}`)
        .commit(),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ running: 1 })
        .set(moved(ctx))
        .where(({ running }, { eq }) => (task.overlap === "allow" ? "" : eq(running, 0)))
        .commit({ response: "all_old" }),
    ])
    .go();
  const { retryAt: _, ...rest } = run;
  if (!result.canceled) return { kind: "claimed", run: { ...rest, ...set, ...times, sweep: "active" } };
  const [runPart, workspacePart, statePart] = result.data as Part[];
  if (refused(runPart)) return { kind: "lost" };
  if (refused(statePart) && !statePart?.item) return { kind: "uncounted" };
  return { kind: refused(workspacePart) ? "full" : "busy" };
}

/** How many runs of the task may exist that have not ended, this one not counted. */
type Room = "none" | "one" | "any";

export type Put =
  | { kind: "put"; run: RunRow }
  | { kind: "exists" }
  | { kind: "no-room" }
  | { kind: "gone" }
  | { kind: "pruned" };

/** Puts a run that waits for its turn. It touches nothing that other tasks touch. */
export async function putPending(ctx: Context, task: TaskRow, fresh: NewRun, room: Room, actor: Actor): Promise<Put> {
  const row: RunRow = { ...askedRow(ctx, task, fresh), ...begin("PENDING", actor), sweep: "waiting" };
  const { workspaceId, taskId } = task;
  const most = { none: 0, one: 1, any: Number.MAX_SAFE_INTEGER }[room];
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run.create(row).commit({ response: "all_old" }),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ active: 1, runCount: 1 })
        .set({ lastRunId: fresh.runId, ...slotOf(ctx, task, fresh), ...moved(ctx) })
        .where((row, is) => `${stillThere(row, is)} AND ${is.lte(row.active, most)}`)
        .commit({ response: "all_old" }),
      rows.runInput.create(inputRow(task, fresh)).commit(),
      ...notPruned(rows, fresh),
    ])
    .go();
  if (!result.canceled) return { kind: "put", run: row };
  const [runPart, statePart, , prunedPart] = result.data as Part[];
  if (refused(runPart)) return { kind: "exists" };
  if (refused(prunedPart)) return { kind: "pruned" };
  return { kind: refused(statePart) && !isThere(statePart) ? "gone" : "no-room" };
}

/** Keeps a slot that did not run in the history, with its reason: neither a success nor a failure. */
export async function putSkipped(ctx: Context, task: TaskRow, fresh: NewRun, errorCode: RunErrorCode): Promise<void> {
  const row: RunRow = {
    ...askedRow(ctx, task, fresh),
    ...begin("CANCELLED", "dispatcher"),
    endedAt: ctx.now().toISOString(),
    errorCode,
    sweep: "none",
  };
  const { workspaceId, taskId } = task;
  await ctx.table.transaction
    .write((rows) => [
      rows.run.create(row).commit(),
      rows.taskState
        .patch({ workspaceId, taskId })
        .add({ runCount: 1 })
        .set(slotOf(ctx, task, fresh))
        .commit(),
    ])
    .go();
}

/** Whether a run that exists may be launched by whoever meets it: its dispatcher claimed it and then died. */
export function launchWasCutShort(ctx: Context, run: RunRow): boolean {
  if (isTerminal(run.status) || run.status !== "CLAIMED" || run.claimedAt === undefined) return false;
  // A claim of the future is one of a clock that ran ahead: nobody is at it any more.
  return Math.abs(secondsSince(ctx.now(), run.claimedAt)) > timing.takeover;
}
