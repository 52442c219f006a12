import type { AgentType } from "../../contract/agent.ts";
import type { CostAmounts } from "../../contract/cost.ts";
import type { KeptSum, SpendDayRow, SpendRow } from "../aws/table/index.ts";
import { rounded } from "./ledger.ts";

type TaskAmounts = CostAmounts & { taskName: string };

/** What was spent in some time, as one number and by each dimension. */
export interface Sums {
  total: CostAmounts;
  agentTypes: Map<AgentType, CostAmounts>;
  models: Map<string, CostAmounts>;
  tasks: Map<string, TaskAmounts>;
}

/** So many of a dimension are kept by name, the largest; what is behind them is in the total only. */
const keptByName = 25;
const otherModels = "other models";
const fields = ["unpricedCalls", "runs", "modelCalls", "inputTokens", "outputTokens"] as const;

export function emptySums(): Sums {
  return { total: amounts(), agentTypes: new Map(), models: new Map(), tasks: new Map() };
}

export function amounts(): CostAmounts {
  return { costUsd: 0, unpricedCalls: 0, runs: 0, modelCalls: 0, inputTokens: 0, outputTokens: 0 };
}

/** Adds what one row tells. */
export function addRow(sums: Sums, row: SpendRow): void {
  if (row.part !== "run") {
    add(entryOf(sums.models, row.model ?? "", amounts), row);
    return;
  }
  add(sums.total, row);
  add(entryOf(sums.agentTypes, row.agentType, amounts), row);
  addTask(sums, row);
}

/** Adds a time that is over. Times are added in their order: a task has the name that it had in the last one. */
export function addKept(sums: Sums, kept: KeptSum): void {
  add(sums.total, kept.total);
  for (const entry of kept.agentTypes) add(entryOf(sums.agentTypes, entry.agentType, amounts), entry);
  for (const entry of kept.models) add(entryOf(sums.models, entry.model, amounts), entry);
  for (const entry of kept.tasks) addTask(sums, entry);
}

function addTask({ tasks }: Sums, entry: Partial<CostAmounts> & { taskId: string; taskName: string }): void {
  const task = entryOf(tasks, entry.taskId, () => ({ taskName: entry.taskName, ...amounts() }));
  add(task, entry);
  task.taskName = entry.taskName;
}

/** What is kept of a time that is over: bounded, whatever it has of tasks and models. */
export function keptOf({ total, agentTypes, models, tasks }: Sums): KeptSum {
  const byModel = largestFirst([...models].map(([model, sum]) => ({ model, ...sum })));
  const rest = byModel.splice(keptByName).reduce((sum, each) => add(sum, each), amounts());
  return {
    total,
    agentTypes: [...agentTypes].map(([agentType, sum]) => ({ agentType, ...sum })),
    models: rest.modelCalls > 0 ? [...byModel, { model: otherModels, ...rest }] : byModel,
    tasks: largestFirst([...tasks].map(([taskId, sum]) => ({ taskId, ...sum }))).slice(0, keptByName),
  };
}

export function add<T extends CostAmounts>(sum: T, row: Partial<CostAmounts> | SpendDayRow): T {
  for (const name of fields) sum[name] += row[name] ?? 0;
  sum.costUsd = rounded(sum.costUsd + (row.costUsd ?? 0));
  return sum;
}

/** What of a total is in none of its parts. */
export function restOf(total: CostAmounts, parts: CostAmounts[]): CostAmounts {
  const named = parts.reduce((sum, part) => add(sum, part), amounts());
  const rest = amounts();
  for (const name of fields) rest[name] = Math.max(0, total[name] - named[name]);
  rest.costUsd = Math.max(0, rounded(total.costUsd - named.costUsd));
  return rest;
}

export function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export function largestFirst<T extends CostAmounts>(entries: T[]): T[] {
  return entries.sort((a, b) => b.costUsd - a.costUsd || b.modelCalls - a.modelCalls || b.runs - a.runs);
}
