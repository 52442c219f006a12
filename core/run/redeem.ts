import { isTerminal } from "../../contract/run.ts";
import type { WorkOrder } from "../../contract/work-order.ts";
import { findContainer } from "../aws/fargate.ts";
import { indexParts, isConditionFailure, type RunInputRow, type RunRow, type TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { readCredential } from "../credential/credential.ts";
import { hashOf, sameText } from "../digest.ts";
import { Refusal } from "../error.ts";
import { log, logFault } from "../logger.ts";
import { environmentOf } from "../parameter-store/use.ts";
import { allowedOf } from "../task/allowed-tools.ts";
import { plus, secondsSince } from "../time.ts";
import { ticketOf } from "../workspace/deployment-key.ts";
import { unseal } from "../workspace/seal.ts";
import { readInput } from "./asked.ts";
import { findRun, listTaskRuns } from "./history.ts";
import { streamsWith } from "./log-streams.ts";
import { move } from "./move.ts";
import { settle } from "./settle.ts";
import { timing } from "./timing.ts";
import { newClaimToken, notYours } from "./token.ts";

/**
 * Exchanges a container's one-time ticket for its work order, the secrets and the claim token. The secrets are read
 * first and the ticket is used up last, so that a fault in between leaves the ticket good for another try.
 */
export async function redeem(ctx: Context, runId: string, ticket: string): Promise<WorkOrder> {
  const run = await findRun(ctx, runId);
  if (!run || !sameText(ticket, await ticketOf(ctx, runId, run.attempt))) throw notYours();
  if (run.status !== "CLAIMED" || secondsSince(ctx.now(), run.claimedAt) > timing.ticket) throw notYours();
  const { workspaceId, taskId } = run;
  const { data: task } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  const input = await readInput(ctx, runId);
  if (!task || !input) throw notYours();
  const credential = await readCredential(ctx, workspaceId, run.agentType);
  if (!credential) {
    await settle(ctx, run, { status: "FAILED", errorCode: "CREDENTIAL_MISSING" }, "runner");
    throw new Refusal("conflict", "The credential was removed; the run has failed.");
  }
  const environment = await environmentOf(ctx, storeOf(task, run, input));
  if (!environment) {
    await settle(ctx, run, { status: "FAILED", errorCode: "PARAMETER_STORE_LOCKED" }, "runner");
    throw new Refusal("conflict", "The parameter store could not be opened; the run has failed.");
  }
  const gitToken = await gitTokenFor(ctx, task, input);
  const previous = await previousOf(ctx, run).catch((error: unknown) => {
    logFault("the last run was not read", error, { runId });
    return null;
  });
  const claimToken = newClaimToken(ctx);
  const now = ctx.now();
  const deadlineAt = plus(now, run.timeoutMinutes * 60);
  const taskArn = await containerOf(ctx, run);
  await begin(ctx, run, { claimToken, now, deadlineAt, taskArn });
  return {
    claimToken,
    leaseSeconds: timing.lease,
    heartbeatSeconds: timing.heartbeat,
    deadlineAt,
    run: {
      id: runId,
      attempt: run.attempt,
      trigger: run.trigger,
      taskId,
      taskName: run.taskName,
      slot: run.slot ?? null,
      timezone: input.timezone ?? task.schedule.timezone ?? "UTC",
      previous,
    },
    task: workOf(input, run),
    secrets: { credential, gitToken, environment },
  };
}

/** The newest run of the task before this one that was started and has ended, and the beginning of what it said. */
async function previousOf(ctx: Context, { taskId, runId, createdAt }: RunRow): Promise<WorkOrder["run"]["previous"]> {
  let cursor: string | undefined;
  do {
    const page = await listTaskRuns(ctx, taskId, { limit: 10, cursor });
    for (const { status, startedAt, endedAt, ...other } of page.data) {
      if (other.runId === runId || other.createdAt > createdAt || startedAt === undefined || !isTerminal(status))
        continue;
      const { data: answer } = await ctx.table.entities.runResult.get({ runId: other.runId }).go();
      return { status, endedAt: endedAt ?? null, result: answer?.text.slice(0, 4000) ?? null };
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return null;
}

/**
 * The token of the host that the run's repository is at: a token belongs to the host that it was given for. One that was
 * renewed since is taken as it is now; where the task has moved to another host since, the one that the run was asked with.
 */
async function gitTokenFor(ctx: Context, task: TaskRow, input: RunInputRow): Promise<string | null> {
  const hostOf = (url: string | undefined) => (url === undefined ? undefined : new URL(url).host);
  const { gitToken } = hostOf(task.sourceUrl) === hostOf(input.sourceUrl) ? task : input;
  if (gitToken === undefined) return null;
  return unseal(ctx, { workspaceId: task.workspaceId, row: task.taskId, field: "gitToken" }, gitToken);
}

/** The run's store, with its key as it is now, or as it was where the task has another store since. */
function storeOf(task: TaskRow, { parameterStore }: RunRow, input: RunInputRow) {
  const { parameterStoreKey } = task.parameterStore === parameterStore ? task : input;
  return { workspaceId: task.workspaceId, taskId: task.taskId, parameterStore, parameterStoreKey };
}

/**
 * The run's container as ECS knows it, whatever the runner says. A fault here must not keep the run from its work: the
 * sweep, or the event that it has stopped, tells it later.
 */
async function containerOf(ctx: Context, { runId, attempt }: RunRow): Promise<string | undefined> {
  return findContainer(ctx.config, runId, attempt).catch((error: unknown) => {
    logFault("container not found", error, { runId });
    return undefined;
  });
}

/** What the run was asked, and nothing of what its task has become since. */
function workOf(input: RunInputRow, run: RunRow): WorkOrder["task"] {
  return {
    prompt: promptWith(input),
    agentType: run.agentType,
    sourceUrl: input.sourceUrl ?? null,
    subPath: input.subPath ?? null,
    model: run.model,
    maxTurns: input.maxTurns,
    allowedTools: allowedOf(input) ?? [],
    disallowedTools: input.disallowedTools ?? [],
    sandbox: input.sandbox ?? null,
  };
}

/** The task's prompt, and behind it, under a heading of its own, what this run alone was asked. */
function promptWith({ prompt, input }: RunInputRow): string {
  if (input === undefined) return prompt;
  return `${prompt}\n\n# Input of this run\n\nThis run was asked with the following, beyond the task's prompt above:\n\n${input}`;
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
  const { set, where } = move(run, "PROCESSING", "runner");
  try {
    await ctx.table.entities.run
      .patch({ runId: run.runId })
      .set({
        ...set,
        claimTokenHash: hashOf(claimToken),
        startedAt: now.toISOString(),
        heartbeatAt: now.toISOString(),
        leaseUntil: plus(now, timing.lease),
        deadlineAt,
        ...(taskArn !== undefined && { taskArn, logStreams: streamsWith(run, taskArn) }),
      })
      .composite(indexParts(run))
      .where(where)
      .go();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    // The write went through, but its answer was lost and it was sent again.
    if ((await findRun(ctx, run.runId))?.claimTokenHash === hashOf(claimToken)) return;
    log("ticket refused", { runId: run.runId, attempt: run.attempt });
    throw notYours();
  }
}
