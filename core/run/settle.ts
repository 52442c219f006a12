import { mayMove, type RunErrorCode, runErrors, type TerminalStatus } from "../../contract/run.ts";
import { taskLimits } from "../../contract/task.ts";
import type { RunRow, TaskRow, TransactionRows } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { type RunTotal, totalOf } from "../cost/ledger.ts";
import { countSpend } from "../cost/spend.ts";
import { plus, secondsSince } from "../time.ts";
import { maxAttempts, timing } from "./timing.ts";

export interface Ending {
  status: TerminalStatus;
  errorCode?: RunErrorCode;
  /** Replaces the code's sentence. */
  errorMessage?: string;
  result?: string;
  turns?: number;
  lastLine?: number;
}

const isClaimed = (run: RunRow) => run.status === "CLAIMED" || run.status === "PROCESSING";

/**
 * Ends a run and counts it, in one transaction guarded by the status and the attempt that were read: whoever comes
 * second changes nothing. Answers the ended run, or undefined when somebody else was first.
 */
export async function settle(ctx: Context, run: RunRow, ending: Ending): Promise<RunRow | undefined> {
  if (!mayMove(run.status, ending.status)) throw new Error(`A run cannot go from ${run.status} to ${ending.status}.`);
  // What it cost is in the ledger, whether its runner reports or not. What never started cost nothing.
  const total = run.startedAt === undefined ? undefined : await totalOf(ctx, run.runId);
  for (;;) {
    const { workspaceId, taskId } = run;
    const { data: task } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
    const ended = endedRow(ctx, run, ending, total);
    const result = await ctx.table.transaction
      .write((rows) => [
        rows.run
          .patch({ runId: run.runId })
          .set(ended)
          .remove(["retryAt", "leaseUntil"])
          .composite({ workspaceId, createdAt: run.createdAt })
          .where(({ status, attempt }, { eq }) => `${eq(status, run.status)} AND ${eq(attempt, run.attempt)}`)
          .commit(),
        rows.workspace
          .patch({ workspaceId })
          .add({ running: isClaimed(run) ? -1 : 0 })
          .commit(),
        ...(task ? [countEnd(ctx, rows, task, run, ending.status)] : []),
        ...countSpend(rows, { ...run, ...ended, taskName: task?.name ?? run.taskName }, total?.models ?? []),
      ])
      .go();
    if (!result.canceled) return { ...run, ...ended };
    const [runPart, , taskPart] = result.data as { rejected: boolean }[];
    if (runPart?.rejected) return undefined;
    // The failure counter moved, or the task went, since it was read: read it again.
    if (!taskPart?.rejected) throw new Error(`Ending ${run.runId} was cancelled: ${JSON.stringify(result.data)}`);
  }
}

function endedRow(ctx: Context, run: RunRow, ending: Ending, total: RunTotal | undefined) {
  const wantsMail = run.emailTo !== undefined && ctx.config.mailFrom !== "";
  return {
    ...withoutUndefined({ ...ending, usage: total?.usage, costUsd: total?.costUsd }),
    endedAt: ctx.now().toISOString(),
    sweep: wantsMail ? ("outbox" as const) : ("none" as const),
    emailState: wantsMail ? ("pending" as const) : ("none" as const),
  };
}

function countEnd(ctx: Context, rows: TransactionRows, task: TaskRow, run: RunRow, status: TerminalStatus) {
  const { workspaceId, taskId } = task;
  const failed = status === "FAILED" || status === "TIMED_OUT";
  const failures = status === "DONE" ? 0 : failed ? task.failures + 1 : task.failures;
  const disable = failed && task.enabled && failures >= taskLimits.failuresBeforeDisable;
  return rows.task
    .patch({ workspaceId, taskId })
    .add({ active: -1, running: isClaimed(run) ? -1 : 0, scheduleVersion: disable ? 1 : 0 })
    .set({
      failures,
      lastRunStatus: status,
      ...(disable && {
        enabled: false,
        disabledReason: `Disabled after ${failures} failed runs in a row. Correct the cause, then enable the task.`,
        sweep: "schedule" as const,
        updatedAt: ctx.now().toISOString(),
      }),
    })
    .where((row, { eq }) => `${eq(row.failures, task.failures)} AND ${eq(row.enabled, task.enabled)}`)
    .commit();
}

/** Gives a run back to the queue with one more attempt. False: somebody else was first. */
async function requeue(ctx: Context, run: RunRow, delaySeconds: number): Promise<boolean> {
  const { workspaceId, taskId } = run;
  // A run that had started gets a new launch window; one that never did keeps the old one.
  const restarted = run.status === "PROCESSING" ? (["firstClaimedAt"] as const) : [];
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run
        .patch({ runId: run.runId })
        .set({ status: "PENDING", attempt: run.attempt + 1, retryAt: plus(ctx.now(), delaySeconds) })
        .remove(["claimTokenHash", "taskArn", "leaseUntil", "heartbeatAt", "deadlineAt", "progressText", ...restarted])
        .composite({ workspaceId, createdAt: run.createdAt })
        .where(({ status, attempt }, { eq }) => `${eq(status, run.status)} AND ${eq(attempt, run.attempt)}`)
        .commit(),
      rows.workspace.patch({ workspaceId }).add({ running: -1 }).commit(),
      rows.task.patch({ workspaceId, taskId }).add({ running: -1 }).commit(),
    ])
    .go();
  return !result.canceled;
}

/** What infrastructure did to a claimed run: `error` is the code if it cannot be tried again. */
export interface Loss {
  error: "LAUNCH_FAILED" | "RUNNER_LOST" | "LEASE_EXPIRED";
  reason: string;
  delaySeconds?: number;
}

/**
 * Tries a run again that lost its container, or ends it when it must not be: a cancel was asked for, its deadline has
 * passed, it had all its attempts, or it has not started inside the launch window.
 */
export async function retryOrEnd(ctx: Context, run: RunRow, loss: Loss): Promise<"retried" | "ended" | "lost"> {
  const ending = endingAfter(ctx, run, loss);
  if (!ending) return (await requeue(ctx, run, loss.delaySeconds ?? 0)) ? "retried" : "lost";
  return (await settle(ctx, run, ending)) ? "ended" : "lost";
}

function endingAfter(ctx: Context, run: RunRow, loss: Loss): Ending | undefined {
  const now = ctx.now();
  if (run.cancelRequestedAt !== undefined) return { status: "CANCELLED" };
  if (run.deadlineAt !== undefined && run.deadlineAt <= now.toISOString()) {
    return { status: "TIMED_OUT", errorCode: "DEADLINE_EXCEEDED" };
  }
  const late = run.status === "CLAIMED" && secondsSince(now, run.firstClaimedAt) + 30 > timing.launchWindow;
  if (run.attempt < maxAttempts && !late) return undefined;
  const errorMessage = `${runErrors[loss.error][0]} ${loss.reason}`.trim();
  return { status: run.status === "CLAIMED" ? "FAILED" : "TIMED_OUT", errorCode: loss.error, errorMessage };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
