import type { RunRow, TransactionRows } from "../aws/table/index.ts";
import { type ModelSum, rounded } from "./ledger.ts";

type Ended = Pick<RunRow, "workspaceId" | "taskId" | "taskName" | "agentType" | "status"> & { endedAt: string };

/** A transaction has room for 100 writes. An agent may name more models than that. */
const mostModels = 50;
const otherModels = "other models";

/**
 * The writes that add an ended run to what was spent on its day. They belong into the transaction that ends it: a run
 * ends once, so it is counted once.
 */
export function countSpend(rows: TransactionRows, run: Ended, models: ModelSum[]) {
  const { workspaceId, taskId, agentType, taskName } = run;
  const day = run.endedAt.slice(0, 10);
  const whole = added(models);
  const key = { workspaceId, day, taskId, agentType };
  return [
    rows.spendDay
      .upsert({ workspaceId, day })
      .add({ ...whole, runs: 1, ...outcomeOf(run) })
      .commit(),
    rows.spend
      .upsert({ ...key, part: "run", taskName })
      .add({ ...whole, runs: 1 })
      .commit(),
    ...fewEnough(models).map(({ model, ...sum }) =>
      rows.spend
        .upsert({ ...key, part: `model-${model}`, model, taskName })
        .add({ ...sum, runs: 1 })
        .commit(),
    ),
  ];
}

function outcomeOf({ status }: Ended): { done: number; failed: number; cancelled: number } {
  return {
    done: status === "DONE" ? 1 : 0,
    failed: status === "FAILED" || status === "TIMED_OUT" ? 1 : 0,
    cancelled: status === "CANCELLED" ? 1 : 0,
  };
}

function fewEnough(models: ModelSum[]): ModelSum[] {
  if (models.length <= mostModels) return models;
  const sorted = [...models].sort((a, b) => b.costUsd - a.costUsd || b.modelCalls - a.modelCalls);
  const rest = added(sorted.slice(mostModels - 1));
  return [...sorted.slice(0, mostModels - 1), { model: otherModels, ...rest }];
}

function added(sums: Omit<ModelSum, "model">[]): Omit<ModelSum, "model"> {
  const total = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };
  for (const sum of sums) {
    total.modelCalls += sum.modelCalls;
    total.inputTokens += sum.inputTokens;
    total.outputTokens += sum.outputTokens;
    total.costUsd = rounded(total.costUsd + sum.costUsd);
    total.unpricedCalls += sum.unpricedCalls;
  }
  return total;
}
