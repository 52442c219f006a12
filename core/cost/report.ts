import type { AgentType } from "../../contract/agent.ts";
import type { CostAmounts, CostReport } from "../../contract/cost.ts";
import type { SpendDayRow, SpendRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { dayAfter, daysBetween } from "../time.ts";
import { rounded } from "./ledger.ts";

/** What was spent from one day to another, both included: one query, summed up four ways. */
export async function costsOf(ctx: Context, workspaceId: string, from: string, to: string): Promise<CostReport> {
  const { data } = await ctx.table.entities.spend.query
    .primary({ workspaceId })
    // The keys of a day go on behind the day: the next day's bare name is behind all of them.
    .between({ day: from }, { day: dayAfter(to, 1) })
    .go({ pages: "all" });
  const total = amounts();
  const days = new Map(daysBetween(from, to).map((day) => [day, amounts()]));
  const tasks = new Map<string, CostAmounts & { taskName: string }>();
  const agentTypes = new Map<AgentType, CostAmounts>();
  const models = new Map<string, CostAmounts>();
  for (const row of data) {
    if (row.part !== "run") {
      add(entryOf(models, row.model ?? "", amounts), row);
      continue;
    }
    add(total, row);
    add(entryOf(days, row.day, amounts), row);
    const task = entryOf(tasks, row.taskId, () => ({ taskName: row.taskName, ...amounts() }));
    add(task, row);
    // Rows come in the order of their days: the latest name stays.
    task.taskName = row.taskName;
    add(entryOf(agentTypes, row.agentType, amounts), row);
  }
  return {
    from,
    to,
    total,
    byDay: [...days].map(([day, sum]) => ({ day, ...sum })),
    byTask: largestFirst([...tasks].map(([taskId, sum]) => ({ taskId, ...sum }))),
    byAgentType: largestFirst([...agentTypes].map(([agentType, sum]) => ({ agentType, ...sum }))),
    byModel: largestFirst([...models].map(([model, sum]) => ({ model, ...sum }))),
  };
}

/** One row for each day on which a run ended. */
export async function daysOf(ctx: Context, workspaceId: string, from: string, to: string): Promise<SpendDayRow[]> {
  const query = ctx.table.entities.spendDay.query.primary({ workspaceId });
  const { data } = await query.between({ day: from }, { day: to }).go({ pages: "all" });
  return data;
}

function amounts(): CostAmounts {
  return { costUsd: 0, unpricedCalls: 0, runs: 0, modelCalls: 0, inputTokens: 0, outputTokens: 0 };
}

function add(sum: CostAmounts, row: SpendRow): void {
  for (const name of ["unpricedCalls", "runs", "modelCalls", "inputTokens", "outputTokens"] as const) {
    sum[name] += row[name] ?? 0;
  }
  sum.costUsd = rounded(sum.costUsd + (row.costUsd ?? 0));
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function largestFirst<T extends CostAmounts>(entries: T[]): T[] {
  return entries.sort((a, b) => b.costUsd - a.costUsd || b.modelCalls - a.modelCalls || b.runs - a.runs);
}
