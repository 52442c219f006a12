import type { Usage } from "../../contract/run.ts";
import type { Context } from "../context.ts";

/** The sum over all attempts of a run. The cost is undefined when that of any call is. */
export async function totalOf(ctx: Context, runId: string): Promise<{ usage: Usage; costUsd: number | undefined }> {
  const { data } = await ctx.table.entities.ledger.query.primary({ runId }).go({ pages: "all", consistent: true });
  const usage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, modelCalls: 0 };
  let costUsd: number | undefined = 0;
  for (const row of data) {
    usage.inputTokens += row.inputTokens;
    usage.outputTokens += row.outputTokens;
    usage.cacheReadTokens += row.cacheReadTokens;
    usage.cacheWriteTokens += row.cacheWriteTokens;
    usage.modelCalls += 1;
    costUsd = costUsd === undefined || row.costUsd === undefined ? undefined : costUsd + row.costUsd;
  }
  return { usage, costUsd: costUsd === undefined ? undefined : Number(costUsd.toFixed(9)) };
}
