import { can, type Requester } from "../../contract/run.ts";
import { stopContainer } from "../aws/fargate.ts";
import { type RunRow, type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../error.ts";
import { derivedId, newId } from "../id.ts";
import { logFault } from "../logger.ts";
import type { NewRun } from "./asked.ts";
import { type Obstacle, readTaskToStart, start } from "./dispatch.ts";
import { readRun } from "./history.ts";
import { settle } from "./settle.ts";

/** Who asks, and the key by which the same request is known again. */
export interface Request {
  by: Requester;
  idempotencyKey?: string | undefined;
}

/** Run Now. The same idempotency key gives the same run, however often it is sent. */
export async function runNow(ctx: Context, task: TaskRow, request: Request): Promise<RunRow> {
  const { obstacle } = await readTaskToStart(ctx, task.workspaceId, task.taskId);
  return ask(ctx, task, obstacle, { ...requested(ctx, task, "now", request), trigger: "MANUAL" });
}

/** Runs again what did not complete, as a new run. The old one stays as it is. */
export async function retry(ctx: Context, old: RunRow, request: Request): Promise<RunRow> {
  if (!can.retry(old))
    throw new Refusal("not_allowed_in_state", "Only a run that failed, timed out or was cancelled can be retried.");
  const { task, obstacle } = await readTaskToStart(ctx, old.workspaceId, old.taskId);
  if (!task || task.deletedAt !== undefined) throw new Refusal("conflict", "The task of this run was deleted.");
  const fresh = requested(ctx, task, `retry ${old.runId}`, request);
  const lineage = { parentRunId: old.runId, rootRunId: old.rootRunId ?? old.runId };
  return ask(ctx, task, obstacle, { ...fresh, ...lineage, trigger: "RETRY" });
}

function requested(ctx: Context, task: TaskRow, purpose: string, { by, idempotencyKey }: Request) {
  if (idempotencyKey === undefined) return { runId: newId(ctx, "run"), requestedBy: by };
  const runId = derivedId("run", new Date(task.createdAt), [task.taskId, purpose, idempotencyKey]);
  return { runId, requestedBy: by, keyed: true as const };
}

async function ask(ctx: Context, task: TaskRow, obstacle: Obstacle | undefined, fresh: NewRun): Promise<RunRow> {
  await start(ctx, task, obstacle, fresh, "api");
  return readRun(ctx, task.workspaceId, fresh.runId);
}

/**
 * Cancels a run that has not ended. One that has not started ends at once: its ticket is void from then on. One that
 * runs is asked to stop and reports its cost; the sweep ends it if the runner does not.
 */
export async function cancel(ctx: Context, run: RunRow): Promise<RunRow> {
  if (!can.cancel(run)) throw new Refusal("not_allowed_in_state", "This run has ended; there is nothing to cancel.");
  if (run.status !== "PROCESSING") {
    const ended = await settle(ctx, run, { status: "CANCELLED" }, "api");
    // Somebody moved it on in the meantime: look again.
    return ended ?? cancel(ctx, await readRun(ctx, run.workspaceId, run.runId));
  }
  if (run.cancelRequestedAt === undefined) {
    const asked = await askToStop(ctx, run);
    if (!asked) return cancel(ctx, await readRun(ctx, run.workspaceId, run.runId));
  }
  if (run.taskArn !== undefined) {
    // The next heartbeat tells the runner too, so a fault here only costs time.
    await stopContainer(ctx.config, run.taskArn, "cancelled").catch((error) => logFault("stop failed", error));
  }
  return readRun(ctx, run.workspaceId, run.runId);
}

async function askToStop(ctx: Context, run: RunRow): Promise<boolean> {
  const asked = ctx.table.entities.run
    .patch({ runId: run.runId })
    .set({ cancelRequestedAt: ctx.now().toISOString() })
    .where(({ status, attempt }, { eq }) => `${eq(status, "PROCESSING")} AND ${eq(attempt, run.attempt)}`);
  return tookEffect(asked.go());
}
