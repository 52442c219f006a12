import { can, type Requester, type RunRequest, runLimits } from "../../contract/run.ts";
import { type WorkField, workFieldNames } from "../../contract/work-fields.ts";
import { stopContainer } from "../aws/fargate.ts";
import { type RunRow, type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { invalid, Refusal } from "../error.ts";
import { derivedId, newId } from "../id.ts";
import { logFault } from "../logger.ts";
import { migrateTask } from "../migration/task.ts";
import { dayMs } from "../time.ts";
import { type NewRun, readInput } from "./asked.ts";
import { notKept, type Obstacle, readTaskToStart, start } from "./dispatch.ts";
import { readRun } from "./history.ts";
import { schedule } from "./scheduled.ts";
import { settle } from "./settle.ts";

/** Who asks, and the key by which the same request is known again. */
export interface Request {
  by: Requester;
  idempotencyKey?: string | undefined;
}

/**
 * Run Now, or at an instant to come, with what this run is asked otherwise than its task says. The same idempotency key
 * gives the same run, however often it is sent. What would keep a run from its work now may be put right by its instant,
 * so one that is scheduled does not fail for it.
 */
export async function runNow(ctx: Context, task: TaskRow, request: Request & RunRequest): Promise<RunRow> {
  const notBefore = instantAhead(ctx, request.notBefore);
  const { asked, ...otherwise } = askedOtherwise(task, request);
  const fresh = { ...requested(ctx, task, "now", request), ...otherwise, trigger: "MANUAL" as const };
  if (notBefore !== undefined) return scheduleRun(ctx, asked, { ...fresh, notBefore });
  const { obstacle } = await readTaskToStart(ctx, task.workspaceId, task.taskId);
  return ask(ctx, asked, obstacle, fresh);
}

/** The task as this run is asked it, what it is asked beyond that, and what of both the task does not say itself. */
function askedOtherwise(task: TaskRow, request: RunRequest) {
  const given = workFieldNames.filter((field) => (request[field] ?? task[field]) !== task[field]);
  const asked: TaskRow = { ...task, ...Object.fromEntries(given.map((field) => [field, request[field]])) };
  const input = request.input ?? undefined;
  const changed: RunRow["changed"] = [...(input === undefined ? [] : ["input" as const]), ...given];
  return { asked, ...(input !== undefined && { input }), ...(changed.length > 0 && { changed }) };
}

/** The instant, in UTC; undefined where it has come already. */
function instantAhead(ctx: Context, asked: string | null | undefined): string | undefined {
  const aheadMs = asked ? Date.parse(asked) - ctx.now().getTime() : 0;
  if (aheadMs > runLimits.aheadDays * dayMs) {
    throw invalid({ notBefore: `must be at most ${runLimits.aheadDays} days ahead` });
  }
  return asked && aheadMs > 0 ? new Date(asked).toISOString() : undefined;
}

async function scheduleRun(ctx: Context, task: TaskRow, fresh: NewRun & { notBefore: string }): Promise<RunRow> {
  const { workspaceId, taskId } = task;
  switch (await schedule(ctx, task, fresh)) {
    case "pruned":
      throw notKept();
    case "too-many":
      throw new Refusal(
        "conflict",
        `${runLimits.scheduledPerTask} runs of this task wait for their time already. Cancel one, or give the task a schedule.`,
      );
    case "gone":
      if (await migrateTask(ctx, workspaceId, taskId)) return scheduleRun(ctx, task, fresh);
  }
  return readRun(ctx, workspaceId, fresh.runId);
}

/** Runs the task again as a new run, asked what a run that did not complete was asked otherwise. That one stays as it is. */
export async function retry(ctx: Context, old: RunRow, request: Request): Promise<RunRow> {
  if (!can.retry(old))
    throw new Refusal("not_allowed_in_state", "Only a run that failed, timed out or was cancelled can be retried.");
  const { task, obstacle } = await readTaskToStart(ctx, old.workspaceId, old.taskId);
  if (!task || task.deletedAt !== undefined) throw new Refusal("conflict", "The task of this run was deleted.");
  const fresh = requested(ctx, task, `retry ${old.runId}`, request);
  const lineage = { parentRunId: old.runId, rootRunId: old.rootRunId ?? old.runId };
  const { asked, ...otherwise } = askedOtherwise(task, await requestOf(ctx, old, task));
  return ask(ctx, asked, obstacle, { ...fresh, ...lineage, ...otherwise, trigger: "RETRY" });
}

/** What a run was asked otherwise than its task, to be asked again. A model of another agent type is not asked for. */
async function requestOf(ctx: Context, old: RunRow, task: TaskRow): Promise<RunRequest> {
  const asked = await readInput(ctx, old.runId);
  const all = {
    prompt: asked?.prompt,
    maxTurns: asked?.maxTurns,
    model: old.model,
    timeoutMinutes: old.timeoutMinutes,
  };
  const isKept = (field: WorkField) =>
    old.changed?.includes(field) && (field !== "model" || old.agentType === task.agentType);
  const kept = workFieldNames.filter(isKept).map((field) => [field, all[field]]);
  return { ...Object.fromEntries(kept), input: asked?.input };
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
