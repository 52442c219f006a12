import type { ModelCall } from "../../contract/work-order.ts";
import type { LedgerRow, RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { expiryIn } from "../time.ts";
import { ledgerDays } from "./ledger.ts";
import { priceOf } from "./price.ts";

/** Writes one row per model call. A call reported twice is written twice to the same row. */
export async function recordCalls(ctx: Context, run: RunRow, calls: ModelCall[]): Promise<void> {
  if (calls.length === 0) return;
  // One batch may not name a row twice.
  const rows = [...new Map(calls.map((call) => [call.seq, ledgerRow(ctx, run, call)])).values()];
  const { unprocessed } = await ctx.table.entities.ledger.put(rows).go();
  if (unprocessed.length > 0) throw new Error(`${unprocessed.length} ledger rows were not taken.`);
}

function ledgerRow(ctx: Context, run: RunRow, { seq, ...call }: ModelCall): LedgerRow {
  const costUsd = priceOf({ seq, ...call });
  return {
    ...call,
    runId: run.runId,
    line: `${String(run.attempt).padStart(3, "0")}-${String(seq).padStart(6, "0")}`,
    workspaceId: run.workspaceId,
    taskId: run.taskId,
    keySource: "WORKSPACE_KEY",
    ...(costUsd !== undefined && { costUsd }),
    expiresAt: expiryIn(ctx.now(), ledgerDays),
  };
}
