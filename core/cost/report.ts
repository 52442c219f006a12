import type { CostAmounts, CostReport } from "../../contract/cost.ts";
import type { KeptSum, SpendDayRow, SpendRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { dayAfter, daysBetween, earlier, monthAfter, monthOf } from "../time.ts";
import { closedUntil } from "./close.ts";
import { add, addKept, addRow, amounts, emptySums, entryOf, largestFirst, restOf, type Sums } from "./sums.ts";

/** Longer periods are told by month. */
const mostDays = 92;
/** More tasks than this are not told by name. */
const mostTasks = 100;
/** So many rows are read of the days that are not over; where there are more, their sums of the last hour. */
const mostOpenRows = 500;

/** Days, both included. */
interface Period {
  from: string;
  to: string;
}

/**
 * What was spent from one day to another, both included: of whole months the sums of months, of the days at both ends
 * those of days, and of the days that are not over yet what was spent up to now. What it reads is bounded, whatever there
 * is of tasks and years.
 */
export async function costsOf(ctx: Context, workspaceId: string, from: string, to: string): Promise<CostReport> {
  const closed = await closedUntil(ctx, workspaceId);
  const open = { from: closed === undefined || closed < from ? from : dayAfter(closed, 1), to };
  const { months, days } = splitPeriod({ from, to: earlier(to, closed ?? "") });
  const isShort = daysBetween(from, to).length <= mostDays;
  const [keptMonths, keptDays, rows, totals] = await Promise.all([
    months ? keptSums(ctx, workspaceId, "month", months) : [],
    Promise.all(days.map((part) => keptSums(ctx, workspaceId, "day", part))),
    openRows(ctx, workspaceId, open, closed === undefined),
    isShort ? daysOf(ctx, workspaceId, from, to) : [],
  ]);
  const byMonth = new Map(monthsBetween(from, to).map((month) => [month, amounts()]));
  const sums = emptySums();
  const kept = [...keptMonths, ...keptDays.flat()].sort((a, b) => a.period.localeCompare(b.period));
  const byDay = new Map<string, CostAmounts>(totals.map((row) => [row.day, add(amounts(), row)]));
  const ofOpenDays = rows ? sumsByDay(rows) : await openSums(ctx, workspaceId, open);
  for (const { period, sum } of [...kept, ...ofOpenDays]) {
    addKept(sums, sum);
    add(entryOf(byMonth, monthOf(period), amounts), sum.total);
    byDay.set(period, sum.total);
  }
  return { from, to, ...told(sums), byDay: isShort ? everyDay(from, to, byDay) : [], byMonth: monthly(byMonth) };
}

function told({ total, tasks, agentTypes, models }: Sums) {
  const byTask = largestFirst([...tasks].map(([taskId, sum]) => ({ taskId, ...sum }))).slice(0, mostTasks);
  return {
    total,
    byTask,
    otherTasks: restOf(total, byTask),
    byAgentType: largestFirst([...agentTypes].map(([agentType, sum]) => ({ agentType, ...sum }))),
    byModel: largestFirst([...models].map(([model, sum]) => ({ model, ...sum }))),
  };
}

function everyDay(from: string, to: string, known: Map<string, CostAmounts>): CostReport["byDay"] {
  return daysBetween(from, to).map((day) => ({ day, ...(known.get(day) ?? amounts()) }));
}

function monthly(sums: Map<string, CostAmounts>): CostReport["byMonth"] {
  return [...sums].map(([month, sum]) => ({ month, ...sum }));
}

/** Of a time that is over, the whole months and what is before and behind them. */
function splitPeriod({ from, to }: Period): { months?: Period; days: Period[] } {
  if (to < from) return { days: [] };
  const first = from.endsWith("-01") ? monthOf(from) : monthAfter(monthOf(from), 1);
  const last = monthAfter(monthOf(dayAfter(to, 1)), -1);
  if (first > last) return { days: [{ from, to }] };
  const edges = [
    { from, to: dayAfter(`${first}-01`, -1) },
    { from: `${monthAfter(last, 1)}-01`, to },
  ];
  return { months: { from: first, to: last }, days: edges.filter((edge) => edge.from <= edge.to) };
}

async function keptSums(ctx: Context, workspaceId: string, kind: "day" | "month", { from, to }: Period) {
  const query = ctx.table.entities.spendSum.query.primary({ workspaceId, kind });
  const { data } = await query.between({ period: from }, { period: to }).go({ pages: "all" });
  return data;
}

/** The rows of the days that are not over. Undefined: there are too many of them to be read for one answer. */
async function openRows(
  ctx: Context,
  workspaceId: string,
  { from, to }: Period,
  all: boolean,
): Promise<SpendRow[] | undefined> {
  if (to < from) return [];
  const query = ctx.table.entities.spend.query
    .primary({ workspaceId })
    // The keys of a day go on behind the day.
    .between({ day: from }, { day: `${to}~` });
  const { data, cursor } = await query.go(all ? { pages: "all" } : { limit: mostOpenRows });
  return cursor === null ? data : undefined;
}

function sumsByDay(rows: SpendRow[]): { period: string; sum: KeptSum }[] {
  const days = new Map<string, Sums>();
  for (const row of rows) addRow(entryOf(days, row.day, emptySums), row);
  return [...days].map(([period, sums]) => ({ period, sum: wholeOf(sums) }));
}

function wholeOf({ total, agentTypes, models, tasks }: Sums): KeptSum {
  return {
    total,
    agentTypes: [...agentTypes].map(([agentType, sum]) => ({ agentType, ...sum })),
    models: [...models].map(([model, sum]) => ({ model, ...sum })),
    tasks: [...tasks].map(([taskId, sum]) => ({ taskId, ...sum })),
  };
}

/** Days that are not over, each with its total as it is now and its parts as they were kept last. */
async function openSums(ctx: Context, workspaceId: string, open: Period) {
  const [kept, totals] = await Promise.all([
    keptSums(ctx, workspaceId, "day", open),
    daysOf(ctx, workspaceId, open.from, open.to),
  ]);
  const parts = new Map(kept.map(({ period, sum }) => [period, sum]));
  return totals.map((row) => ({
    period: row.day,
    sum: { agentTypes: [], models: [], tasks: [], ...parts.get(row.day), total: add(amounts(), row) },
  }));
}

/** One row for each day on which a run ended. */
export async function daysOf(ctx: Context, workspaceId: string, from: string, to: string): Promise<SpendDayRow[]> {
  const query = ctx.table.entities.spendDay.query.primary({ workspaceId });
  const { data } = await query.between({ day: from }, { day: to }).go({ pages: "all" });
  return data;
}

function monthsBetween(from: string, to: string): string[] {
  const months = [monthOf(from)];
  while ((months.at(-1) as string) < monthOf(to)) months.push(monthAfter(months.at(-1) as string, 1));
  return months;
}
