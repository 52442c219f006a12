import type { Actor } from "../../contract/run.ts";
import { taskDefaults } from "../../contract/task-limits.ts";
import { indexParts, type RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { plus, secondsSince } from "../time.ts";
import { move, moved } from "./move.ts";
import { type Ending, sentenceOf, settle } from "./settle.ts";
import { maxAttempts, timing } from "./timing.ts";

/** What infrastructure did to a claimed run: `error` is the code if it cannot be tried again. */
export interface Loss {
  error: "LAUNCH_FAILED" | "RUNNER_LOST" | "LEASE_EXPIRED";
  reason: string;
}

/**
 * Tries a run again that lost its container, or ends it when it must not be: a cancel was asked for, its deadline has
 * passed, or it had all its attempts.
 */
export async function retryOrEnd(
  ctx: Context,
  run: RunRow,
  loss: Loss,
  actor: Actor,
): Promise<"retried" | "ended" | "lost"> {
  const ending = endingAfter(ctx, run, loss);
  if (ending) return (await settle(ctx, run, ending, actor)) ? "ended" : "lost";
  // The time in which it may start begins anew for a run that had started.
  const within = (run.startWithinMinutes ?? taskDefaults.startWithinMinutes) * 60;
  const startBy = run.status === "PROCESSING" ? { startBy: plus(ctx.now(), within) } : {};
  const next = { attempt: run.attempt + 1, launchTries: 0, retryAt: ctx.now().toISOString(), ...startBy };
  return (await requeue(ctx, run, next, actor)) ? "retried" : "lost";
}

function endingAfter(ctx: Context, run: RunRow, { error, reason }: Loss): Ending | undefined {
  if (run.cancelRequestedAt !== undefined) return { status: "CANCELLED" };
  if (run.deadlineAt !== undefined && run.deadlineAt <= ctx.now().toISOString()) {
    return { status: "TIMED_OUT", errorCode: "DEADLINE_EXCEEDED" };
  }
  if (run.attempt < maxAttempts) return undefined;
  const status = run.status === "CLAIMED" ? "FAILED" : "TIMED_OUT";
  return { status, errorCode: error, errorMessage: sentenceOf(error, reason) };
}

/**
 * Puts a run off for which there was no room: it waits with the same attempt, each time about twice as long as before,
 * and is given up when its time to start is over.
 */
export async function putOff(ctx: Context, run: RunRow, reason: string, actor: Actor): Promise<void> {
  if (isOverdue(ctx, run)) {
    await settle(ctx, run, { status: "FAILED", ...notStarted(reason) }, actor);
    return;
  }
  const launchTries = (run.launchTries ?? 0) + 1;
  const longest = Math.min(timing.launchBackoff * 2 ** (launchTries - 1), timing.longestBackoff);
  const jitter = (ctx.random(1)[0] ?? 0) / 256;
  await requeue(ctx, run, { launchTries, retryAt: plus(ctx.now(), longest * (0.5 + jitter / 2)) }, actor);
}

export function notStarted(reason: string) {
  return { errorCode: "NOT_STARTED", errorMessage: sentenceOf("NOT_STARTED", reason) } as const;
}

/** Whether the time is over in which the run was to start. */
export function isOverdue(ctx: Context, run: RunRow): boolean {
  return secondsSince(ctx.now(), run.startBy) > 0;
}

/** Gives a claimed run back to the queue. False: somebody else was first. */
async function requeue(
  ctx: Context,
  run: RunRow,
  next: Partial<Pick<RunRow, "attempt" | "retryAt" | "launchTries" | "startBy">>,
  actor: Actor,
): Promise<boolean> {
  const { workspaceId, taskId } = run;
  const { set, where } = move(run, "PENDING", actor);
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.run
        .patch({ runId: run.runId })
        .set({ ...set, ...next, sweep: "waiting" })
        .remove([
          "claimTokenHash",
          "taskArn",
          "leaseUntil",
          "heartbeatAt",
          "deadlineAt",
          "progressText",
          "leaseExtended",
        ])
        .composite(indexParts(run))
        .where(where)
        .commit(),
      rows.workspace.patch({ workspaceId }).add({ running: -1 }).set(moved(ctx)).commit(),
      rows.taskState.patch({ workspaceId, taskId }).add({ running: -1 }).set(moved(ctx)).commit(),
    ])
    .go();
  return !result.canceled;
}
