import type { WorkOrder } from "../../contract/work-order.ts";
import { isConditionFailure, type RunRow, type TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { readCredential } from "../credential/credential.ts";
import { hashOf, sameText } from "../digest.ts";
import { Refusal } from "../error.ts";
import { log } from "../logger.ts";
import { environmentOf } from "../parameter-store/use.ts";
import { plus, secondsSince } from "../time.ts";
import { ticketOf } from "../workspace/deployment-key.ts";
import { unseal } from "../workspace/seal.ts";
import { findRun } from "./history.ts";
import { settle } from "./settle.ts";
import { timing } from "./timing.ts";
import { newClaimToken, notYours } from "./token.ts";

/**
 * Exchanges a container's one-time ticket for its work order, the secrets and the claim token. The secrets are read
 * first and the ticket is used up last, so that a fault in between leaves the ticket good for another try.
 */
export async function redeem(ctx: Context, runId: string, ticket: string, taskArn?: string): Promise<WorkOrder> {
  const run = await findRun(ctx, runId);
  if (!run || !sameText(ticket, await ticketOf(ctx, runId, run.attempt))) throw notYours();
  if (run.status !== "CLAIMED" || secondsSince(ctx.now(), run.claimedAt) > timing.ticket) throw notYours();
  const { workspaceId, taskId } = run;
  const { data: task } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  if (!task) throw notYours();
  const credential = await readCredential(ctx, workspaceId, run.agentType);
  if (!credential) {
    await settle(ctx, run, { status: "FAILED", errorCode: "CREDENTIAL_MISSING" });
    throw new Refusal("conflict", "The credential was removed; the run has failed.");
  }
  const environment = await environmentOf(ctx, task);
  if (!environment) {
    await settle(ctx, run, { status: "FAILED", errorCode: "PARAMETER_STORE_LOCKED" });
    throw new Refusal("conflict", "The parameter store could not be opened; the run has failed.");
  }
  const gitToken = task.gitToken
    ? await unseal(ctx, { workspaceId, row: taskId, field: "gitToken" }, task.gitToken)
    : null;
  const claimToken = newClaimToken(ctx);
  const now = ctx.now();
  const deadlineAt = plus(now, run.timeoutMinutes * 60);
  await begin(ctx, run, { claimToken, now, deadlineAt, taskArn });
  return {
    claimToken,
    leaseSeconds: timing.lease,
    heartbeatSeconds: timing.heartbeat,
    deadlineAt,
    run: { id: runId, attempt: run.attempt, trigger: run.trigger, taskId, taskName: run.taskName },
    task: workOf(task, run),
    secrets: { credential, gitToken, environment },
  };
}

function workOf(task: TaskRow, run: RunRow): WorkOrder["task"] {
  return {
    prompt: task.prompt,
    agentType: run.agentType,
    sourceUrl: task.sourceUrl ?? null,
    subPath: task.subPath ?? null,
    model: run.model,
    maxTurns: task.maxTurns,
    allowedTools: task.allowedTools ?? [],
    disallowedTools: task.disallowedTools ?? [],
    sandbox: task.sandbox ?? null,
  };
}

/** CLAIMED → PROCESSING, once: a second use of the ticket, or one that comes too late, meets another status. */
async function begin(
  ctx: Context,
  run: RunRow,
  {
    claimToken,
    now,
    deadlineAt,
    taskArn,
  }: { claimToken: string; now: Date; deadlineAt: string; taskArn?: string | undefined },
): Promise<void> {
  const containerId = taskArn?.split("/").at(-1);
  const streams = run.logStreams ?? [];
  try {
    await ctx.table.entities.run
      .patch({ runId: run.runId })
      .set({
        status: "PROCESSING",
        claimTokenHash: hashOf(claimToken),
        startedAt: now.toISOString(),
        heartbeatAt: now.toISOString(),
        leaseUntil: plus(now, timing.lease),
        deadlineAt,
        ...(containerId && {
          taskArn,
          logStreams: [...streams, { attempt: run.attempt, stream: `run/runner/${containerId}` }],
        }),
      })
      .composite({ workspaceId: run.workspaceId, createdAt: run.createdAt })
      .where(({ status, attempt }, { eq }) => `${eq(status, "CLAIMED")} AND ${eq(attempt, run.attempt)}`)
      .go();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    // The write went through, but its answer was lost and it was sent again.
    if ((await findRun(ctx, run.runId))?.claimTokenHash === hashOf(claimToken)) return;
    log("ticket refused", { runId: run.runId, attempt: run.attempt });
    throw notYours();
  }
}
