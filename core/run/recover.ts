import { isTerminal } from "../../contract/run.ts";
import { describeContainers, listContainers, readStartedBy, stopContainer } from "../aws/fargate.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { log, logFault } from "../logger.ts";
import { secondsSince } from "../time.ts";
import { findRun } from "./history.ts";
import { startPending } from "./queue.ts";
import { type Loss, retryOrEnd, settle } from "./settle.ts";
import { timing } from "./timing.ts";

type Diagnosis =
  | "fine"
  | "waiting"
  | "never-started"
  | "silent"
  | "lease-expired"
  | "over-deadline"
  | "cancel-unconfirmed";

/** What is the matter with a run that has not ended. Pure: the row and the time decide. */
function diagnose(run: RunRow, now: Date): Diagnosis {
  const instant = now.toISOString();
  if (run.status === "PENDING") return "waiting";
  if (run.status === "CLAIMED") return (run.leaseUntil ?? "") <= instant ? "never-started" : "fine";
  if (run.status !== "PROCESSING") return "fine";
  if (secondsSince(now, run.cancelRequestedAt) > timing.stopGrace) return "cancel-unconfirmed";
  if (secondsSince(now, run.deadlineAt) > timing.stopGrace) return "over-deadline";
  if ((run.leaseUntil ?? "") <= instant) return "lease-expired";
  const silence = secondsSince(now, run.heartbeatAt);
  // A report of the future is one of a clock that ran ahead: nobody knows how old it is.
  return silence > timing.silence || silence < -timing.silence ? "silent" : "fine";
}

/**
 * Puts right what `diagnose` found. Every step is guarded by the status and attempt that were read. The row that is
 * given may be old: before a run is taken from its runner it is read again, for it may just have reported.
 */
export async function recover(ctx: Context, listed: RunRow): Promise<void> {
  const suspected = diagnose(listed, ctx.now());
  if (suspected === "fine") return;
  if (suspected === "waiting") return startPending(ctx, listed);
  const run = await findRun(ctx, listed.runId);
  if (!run) return;
  const diagnosis = diagnose(run, ctx.now());
  switch (diagnosis) {
    case "fine":
    case "waiting":
      return;
    case "never-started":
      return reclaim(ctx, run, { error: "LAUNCH_FAILED", reason: "It did not report in time." });
    case "silent":
      return (await isGone(ctx, run)) ? reclaim(ctx, run, { error: "RUNNER_LOST", reason: "" }) : undefined;
    case "lease-expired":
      return reclaim(ctx, run, { error: "LEASE_EXPIRED", reason: "" });
    case "over-deadline":
    case "cancel-unconfirmed":
      await settle(ctx, run, diagnosis === "over-deadline" ? overDeadline : { status: "CANCELLED" });
      return stop(ctx, run);
  }
}
const overDeadline = { status: "TIMED_OUT", errorCode: "DEADLINE_EXCEEDED" } as const;

/** The claim is taken first, so that whatever still runs can change nothing; then its container is stopped. */
async function reclaim(ctx: Context, run: RunRow, loss: Loss): Promise<void> {
  const outcome = await retryOrEnd(ctx, run, loss);
  log("run reclaimed", { runId: run.runId, attempt: run.attempt, error: loss.error, outcome });
  await stop(ctx, run);
  if (outcome === "retried") await startAgain(ctx, run.runId);
}

async function startAgain(ctx: Context, runId: string): Promise<void> {
  const run = await findRun(ctx, runId);
  if (run) await startPending(ctx, run);
}

async function isGone(ctx: Context, run: RunRow): Promise<boolean> {
  if (run.taskArn === undefined) return false;
  const [container] = await describeContainers(ctx.config, [run.taskArn]);
  return container?.stopped ?? true;
}

async function stop(ctx: Context, run: RunRow): Promise<void> {
  if (run.taskArn === undefined) return;
  await stopContainer(ctx.config, run.taskArn, "the run was reclaimed").catch((error) =>
    logFault("stop failed", error),
  );
}

/** A container has stopped: if its run had not ended, it is tried again or ends. */
export async function containerStopped(ctx: Context, startedBy: string | undefined, reason: string): Promise<void> {
  const work = readStartedBy(startedBy);
  if (!work) return;
  const run = await findRun(ctx, work.runId);
  if (!run || run.attempt !== work.attempt) return;
  if (run.status === "CLAIMED") await reclaim(ctx, run, { error: "LAUNCH_FAILED", reason });
  if (run.status === "PROCESSING") await reclaim(ctx, run, { error: "RUNNER_LOST", reason });
}

/** Stops containers whose run has ended or went on with another attempt. */
export async function stopOrphans(ctx: Context): Promise<void> {
  const settled = 120;
  for (const container of await listContainers(ctx.config)) {
    const work = readStartedBy(container.startedBy);
    if (!work || container.stopped || Math.abs(secondsSince(ctx.now(), container.createdAt?.toISOString())) < settled)
      continue;
    const run = await findRun(ctx, work.runId);
    if (run && !isTerminal(run.status) && run.attempt === work.attempt) continue;
    log("orphan container stopped", { taskArn: container.taskArn, runId: work.runId });
    await stopContainer(ctx.config, container.taskArn, "its run has ended").catch((error) =>
      logFault("stop failed", error, { taskArn: container.taskArn }),
    );
  }
}
