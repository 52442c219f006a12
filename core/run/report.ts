import type * as z from "zod";
import type { RunStatus } from "../../contract/run.ts";
import type { completeInput, ProgressAnswer, progressInput } from "../../contract/work-order.ts";
import { isConditionFailure, type RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { recordCalls } from "../cost/record.ts";
import { hashOf, sameText } from "../digest.ts";
import { plus } from "../time.ts";
import { findRun } from "./history.ts";
import { settle } from "./settle.ts";
import { timing } from "./timing.ts";
import { notYours } from "./token.ts";

/** A heartbeat: one conditional write that renews the lease, and the ledger rows of what was called since the last. */
export async function progress(
  ctx: Context,
  runId: string,
  claimToken: string,
  input: z.output<typeof progressInput>,
): Promise<ProgressAnswer> {
  const run = await renew(ctx, runId, claimToken, input);
  await recordCalls(ctx, run, input.calls);
  const late = run.deadlineAt !== undefined && run.deadlineAt <= ctx.now().toISOString();
  const stop = run.cancelRequestedAt !== undefined ? "CANCELLED" : late ? "DEADLINE_EXCEEDED" : null;
  return { leaseSeconds: timing.lease, stop, budgetLeftUsd: null };
}

async function renew(
  ctx: Context,
  runId: string,
  claimToken: string,
  { progressText, commit }: Pick<z.output<typeof progressInput>, "progressText" | "commit">,
): Promise<RunRow> {
  const now = ctx.now();
  try {
    const { data } = await ctx.table.entities.run
      .patch({ runId })
      .set({
        heartbeatAt: now.toISOString(),
        leaseUntil: plus(now, timing.lease),
        ...(progressText !== undefined && { progressText }),
        ...(commit !== undefined && { commit }),
      })
      .remove(["leaseExtended"])
      .where((row, { eq }) => `${eq(row.claimTokenHash, hashOf(claimToken))} AND ${eq(row.status, "PROCESSING")}`)
      .go({ response: "all_new" });
    return data as RunRow;
  } catch (error) {
    if (isConditionFailure(error)) throw notYours();
    throw error;
  }
}

/**
 * Ends a run with what its runner reports. Fenced by the claim token; a report that is sent again, because its answer
 * was lost, is answered with what the first one did.
 */
export async function complete(
  ctx: Context,
  runId: string,
  claimToken: string,
  input: z.output<typeof completeInput>,
): Promise<{ status: RunStatus }> {
  const run = await readFenced(ctx, runId, claimToken);
  if (run.status !== "PROCESSING") return { status: run.status };
  await recordCalls(ctx, run, input.calls);
  const ending = {
    status: input.outcome,
    errorCode: input.error?.code,
    errorMessage: input.error?.message,
    result: input.result,
    commit: input.commit,
    turns: input.turns,
    lastLine: input.lastLine,
  };
  const ended = await settle(ctx, run, ending, "runner");
  return { status: (ended ?? (await readFenced(ctx, runId, claimToken))).status };
}

async function readFenced(ctx: Context, runId: string, claimToken: string): Promise<RunRow> {
  const run = await findRun(ctx, runId);
  if (!run?.claimTokenHash || !sameText(run.claimTokenHash, hashOf(claimToken))) throw notYours();
  return run;
}
