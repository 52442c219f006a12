import type { SpendRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { dayAfter, dayOf, earlier, monthAfter, monthOf, plus } from "../time.ts";
import { addRow, emptySums, keptOf, type Sums } from "./sums.ts";

/** A day is over when so many seconds have passed since its end: until then a run's end may still be on its way into it. */
const grace = 3600;

/** The last day up to which sums are kept. Undefined: there are none yet. */
export async function closedUntil(ctx: Context, workspaceId: string): Promise<string | undefined> {
  const { data } = await ctx.table.entities.spendClosed.get({ workspaceId }).go({ consistent: true });
  const over = lastDayOver(ctx);
  return data && data.until > over ? over : data?.until;
}

/** The last day that is over: nothing is added to it or to any before it. */
function lastDayOver(ctx: Context): string {
  return dayAfter(dayOf(new Date(plus(ctx.now(), -grace))), -1);
}

/**
 * Keeps what was spent on each day and in each month that is over as one row, and of the days since as it is now. What
 * is kept is computed from the rows of the tasks, never added to: done again, after a crash or by two at once, it comes
 * out the same. It goes on a month at a time, so that years that were never summed up are done in the end.
 */
export async function closePeriods(ctx: Context, workspaceId: string): Promise<void> {
  const { spendClosed } = ctx.table.entities;
  const { data } = await spendClosed.get({ workspaceId }).go({ consistent: true });
  const over = lastDayOver(ctx);
  // A day that is not over was so for a clock that ran ahead: what it closed is done again.
  const closed = data && data.until > over ? dayAfter(over, -2) : data?.until;
  let from = closed === undefined ? await firstDay(ctx, workspaceId, over) : dayAfter(closed, 1);
  while (from <= over) {
    const endOfMonth = dayAfter(`${monthAfter(monthOf(from), 1)}-01`, -1);
    const to = earlier(endOfMonth, over);
    await keepDays(ctx, workspaceId, from, to);
    if (to === endOfMonth) await keepMonth(ctx, workspaceId, monthOf(to));
    await spendClosed.put({ workspaceId, until: to }).go();
    from = dayAfter(to, 1);
  }
  await keepDays(ctx, workspaceId, from, dayOf(ctx.now()));
}

async function firstDay(ctx: Context, workspaceId: string, otherwise: string): Promise<string> {
  const { data } = await ctx.table.entities.spend.query.primary({ workspaceId }).go({ limit: 1 });
  return data[0]?.day ?? otherwise;
}

async function keepDays(ctx: Context, workspaceId: string, from: string, to: string): Promise<void> {
  const keep = (period: string, sums: Sums) =>
    ctx.table.entities.spendSum.put({ workspaceId, kind: "day", period, sum: keptOf(sums) }).go();
  let current: { day: string; sums: Sums } | undefined;
  for await (const row of rowsOf(ctx, workspaceId, from, to)) {
    if (current && current.day !== row.day) await keep(current.day, current.sums);
    if (current?.day !== row.day) current = { day: row.day, sums: emptySums() };
    addRow(current.sums, row);
  }
  if (current) await keep(current.day, current.sums);
}

async function keepMonth(ctx: Context, workspaceId: string, month: string): Promise<void> {
  const sums = emptySums();
  for await (const row of rowsOf(ctx, workspaceId, `${month}-01`, `${month}-31`)) addRow(sums, row);
  if (sums.total.runs === 0) return;
  await ctx.table.entities.spendSum.put({ workspaceId, kind: "month", period: month, sum: keptOf(sums) }).go();
}

/** Rows in the order of their days, a page at a time. */
async function* rowsOf(ctx: Context, workspaceId: string, from: string, to: string): AsyncGenerator<SpendRow> {
  let cursor: string | null = null;
  do {
    const page: { data: SpendRow[]; cursor: string | null } = await ctx.table.entities.spend.query
      .primary({ workspaceId })
      // The keys of a day go on behind the day: the next day's bare name is behind all of them.
      .between({ day: from }, { day: `${to}~` })
      .go({ cursor });
    yield* page.data;
    cursor = page.cursor;
  } while (cursor !== null);
}
