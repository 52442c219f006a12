import type { Usage } from "../../contract/run.ts";
import type { LedgerCall } from "../../contract/work-order.ts";
import { pageOf } from "../aws/page.ts";
import type { LedgerRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";

/** How long ledger rows are kept: thirteen months, so that a month can be held against the same of the year before. */
export const ledgerDays = 400;

/** The calls of a run to one model. */
export interface ModelSum {
  model: string;
  modelCalls: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  /** Calls whose cost is not known: not in costUsd. */
  unpricedCalls: number;
}

export interface RunTotal {
  usage: Usage;
  /** Undefined when the cost of any call is. */
  costUsd: number | undefined;
  /** Calls to which the provider gave an answer and not an error. */
  answeredCalls: number;
  models: ModelSum[];
}

/** The sum over all attempts of a run. */
export async function totalOf(ctx: Context, runId: string): Promise<RunTotal> {
  const { data } = await ctx.table.entities.ledger.query.primary({ runId }).go({ pages: "all", consistent: true });
  const usage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, modelCalls: 0 };
  let costUsd: number | undefined = 0;
  let answeredCalls = 0;
  for (const row of data) {
    usage.inputTokens += row.inputTokens;
    usage.outputTokens += row.outputTokens;
    usage.cacheReadTokens += row.cacheReadTokens;
    usage.cacheWriteTokens += row.cacheWriteTokens;
    usage.modelCalls += 1;
    if (row.status >= 200 && row.status < 300) answeredCalls += 1;
    costUsd = costUsd === undefined || row.costUsd === undefined ? undefined : costUsd + row.costUsd;
  }
  const known = costUsd === undefined ? undefined : rounded(costUsd);
  return { usage, costUsd: known, answeredCalls, models: byModel(data) };
}

function byModel(calls: LedgerRow[]): ModelSum[] {
  const sums = new Map<string, ModelSum>();
  for (const { model, inputTokens, outputTokens, costUsd } of calls) {
    const sum = sums.get(model) ?? emptySum(model);
    sums.set(model, {
      model,
      modelCalls: sum.modelCalls + 1,
      inputTokens: sum.inputTokens + inputTokens,
      outputTokens: sum.outputTokens + outputTokens,
      costUsd: rounded(sum.costUsd + (costUsd ?? 0)),
      unpricedCalls: sum.unpricedCalls + (costUsd === undefined ? 1 : 0),
    });
  }
  return [...sums.values()];
}

function emptySum(model: string): ModelSum {
  return { model, modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };
}

/** Sums of dollars keep nine digits: what is behind them is the noise of binary fractions. */
export function rounded(dollars: number): number {
  return Number(dollars.toFixed(9));
}

/** The model calls of a run with their cost, in their order. */
export async function listCalls(ctx: Context, runId: string, page: { limit: number; cursor?: string | undefined }) {
  const query = ctx.table.entities.ledger.query.primary({ runId });
  const { data, cursor } = await query.go({ consistent: true, ...pageOf(query, page) });
  return { items: data.map(callOf), nextCursor: cursor };
}

function callOf(row: LedgerRow): LedgerCall {
  const [attempt, seq] = row.line.split("-").map(Number) as [number, number];
  const { at, provider, model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, durationMs, status } = row;
  const { cacheWrite1hTokens = 0, webSearches = 0, usageKnown = true } = row;
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens };
  return {
    attempt,
    seq,
    at,
    provider,
    model,
    ...tokens,
    webSearches,
    usageKnown,
    durationMs,
    status,
    costUsd: row.costUsd === undefined ? null : rounded(row.costUsd),
  };
}
