import { type Actor, isTerminal } from "../../contract/run.ts";
import { describeContainers, findContainer, listContainers, readStartedBy, stopContainer } from "../aws/fargate.ts";
import { type RunRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { log, logFault } from "../logger.ts";
import { isAhead, plus, secondsSince } from "../time.ts";
import { findRun } from "./history.ts";
import { streamsWith } from "./log-streams.ts";
import { startPending } from "./queue.ts";
import { isOverdue, type Loss, retryOrEnd } from "./requeue.ts";
import { settle } from "./settle.ts";
import { timing } from "./timing.ts";

type Diagnosis = "fine" | "never-started" | "silent" | "lease-expired" | "over-deadline" | "cancel-unconfirmed";

/** What is the matter with a run that has not ended. Pure: the row and the time decide. */
function diagnose(run: RunRow, now: Date): Diagnosis {
  const instant = now.toISOString();
  if (run.status === "CLAIMED")
    return isAhead(now, run.leaseUntil, timing.launchLease + timing.sweep) ? "fine" : "never-started";
  if (run.status !== "PROCESSING") return "fine";
  if (secondsSince(now, run.cancelRequestedAt) > timing.stopGrace) return "cancel-unconfirmed";
  if (secondsSince(now, run.deadlineAt) > timing.stopGrace) return "over-deadline";
  if ((run.leaseUntil ?? "") <= instant) return "lease-expired";
  const silence = secondsSince(now, run.heartbeatAt);
  // A report of the future is one of a clock that ran ahead: nobody knows how old it is.
  return silence > timing.silence || silence < -timing.silence ? "silent" : "fine";
}

/**
 * Puts right what `diagnose` found in a claimed run. Every step is guarded by the attempt and the lease that were read: a
 * runner that has reported since keeps its run.
 */
export async function recover(ctx: Context, run: RunRow): Promise<void> {
  const diagnosis = diagnose(run, ctx.now());
  switch (diagnosis) {
    case "fine":
      return;
    case "never-started":
      return (await isStarting(ctx, run)) ? waitLonger(ctx, run) : reclaim(ctx, run, notReported, "sweeper");
    case "silent":
      return (await isGone(ctx, run)) ? reclaim(ctx, run, { error: "RUNNER_LOST", reason: "" }, "sweeper") : undefined;
    case "lease-expired":
      return reclaim(ctx, run, { error: "LEASE_EXPIRED", reason: "" }, "sweeper");
    case "over-deadline":
    case "cancel-unconfirmed":
      await settle(ctx, run, diagnosis === "over-deadline" ? overDeadline : { status: "CANCELLED" }, "sweeper");
      return stop(ctx, run);
  }
}
const overDeadline = { status: "TIMED_OUT", errorCode: "DEADLINE_EXCEEDED" } as const;
const notReported = { error: "LAUNCH_FAILED", reason: "It did not report in time." } as const;

/** The claim is taken first, so that whatever still runs can change nothing; then its container is stopped. */
async function reclaim(ctx: Context, run: RunRow, loss: Loss, actor: Actor): Promise<void> {
  const outcome = await retryOrEnd(ctx, run, loss, actor);
  log("run reclaimed", { runId: run.runId, attempt: run.attempt, error: loss.error, outcome });
  if (outcome === "lost") return;
  await stop(ctx, run);
  if (outcome === "retried") await startAgain(ctx, run.runId, actor);
}

async function startAgain(ctx: Context, runId: string, actor: Actor): Promise<void> {
  const run = await findRun(ctx, runId);
  if (run) await startPending(ctx, run, actor);
}

async function isGone(ctx: Context, run: RunRow): Promise<boolean> {
  if (run.taskArn === undefined) return false;
  const [container] = await describeContainers(ctx.config, [run.taskArn]);
  return container?.stopped ?? true;
}

/** Whether ECS is still bringing up the run's container, as it may for minutes where images are large. */
async function isStarting(ctx: Context, run: RunRow): Promise<boolean> {
  if (isOverdue(ctx, run)) return false;
  const taskArn = await findContainer(ctx.config, run.runId, run.attempt);
  if (taskArn === undefined) return false;
  const [container] = await describeContainers(ctx.config, [taskArn]);
  return container?.starting ?? false;
}

async function waitLonger(ctx: Context, run: RunRow): Promise<void> {
  const longer = ctx.table.entities.run
    .patch({ runId: run.runId })
    .set({ leaseUntil: plus(ctx.now(), timing.launchLease) })
    .where((row, { eq }) => `${eq(row.status, "CLAIMED")} AND ${eq(row.attempt, run.attempt)}`);
  await tookEffect(longer.go());
}

async function stop(ctx: Context, run: RunRow): Promise<void> {
  if (run.taskArn === undefined) return;
  await stopContainer(ctx.config, run.taskArn, "the run was reclaimed").catch((error) =>
    logFault("stop failed", error),
  );
}

/** A container has stopped: if its run had not ended, it is tried again or ends. */
export async function containerStopped(
  ctx: Context,
  { startedBy, taskArn, reason }: { startedBy: string | undefined; taskArn: string | undefined; reason: string },
): Promise<void> {
  const work = readStartedBy(startedBy);
  if (!work) return;
  const found = await findRun(ctx, work.runId);
  if (!found || found.attempt !== work.attempt) return;
  const run = taskArn === undefined ? found : await noteContainer(ctx, found, taskArn);
  if (run.status === "CLAIMED") await reclaim(ctx, run, { error: "LAUNCH_FAILED", reason }, "stopped-event");
  if (run.status === "PROCESSING") await reclaim(ctx, run, { error: "RUNNER_LOST", reason }, "stopped-event");
}

/** A run that redeemed its ticket while ECS could not tell its container gets it, and its log, as soon as ECS tells. */
async function noteContainer(ctx: Context, run: RunRow, taskArn: string): Promise<RunRow> {
  if (run.status !== "PROCESSING" || run.taskArn !== undefined) return run;
  const known = { taskArn, logStreams: streamsWith(run, taskArn) };
  const noted = ctx.table.entities.run
    .patch({ runId: run.runId })
    .set(known)
    .where((row, { eq }) => `${eq(row.status, run.status)} AND ${eq(row.attempt, run.attempt)}`);
  return (await tookEffect(noted.go())) ? { ...run, ...known } : run;
}

/** Stops containers whose run has ended or went on with another attempt. */
export async function stopOrphans(ctx: Context): Promise<void> {
  const settled = 120;
  for (const container of await listContainers(ctx.config)) {
    const work = readStartedBy(container.startedBy);
    if (!work || container.stopped || Math.abs(secondsSince(ctx.now(), container.createdAt?.toISOString())) < settled)
      continue;
    const run = await findRun(ctx, work.runId);
    if (run && !isTerminal(run.status) && run.attempt === work.attempt) {
      await noteContainer(ctx, run, container.taskArn);
      continue;
    }
    log("orphan container stopped", { taskArn: container.taskArn, runId: work.runId });
    await stopContainer(ctx.config, container.taskArn, "its run has ended").catch((error) =>
      logFault("stop failed", error, { taskArn: container.taskArn }),
    );
  }
}
