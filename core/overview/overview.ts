import type { Overview } from "../../contract/overview.ts";
import type { SpendDayRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { rounded } from "../cost/ledger.ts";
import { daysOf } from "../cost/report.ts";
import { listRuns } from "../run/history.ts";
import { runSummaryOf } from "../run/view.ts";
import { noOutlook, outlookOf } from "../task/count.ts";
import { dayAfter, dayOf, daysBetween } from "../time.ts";
import { runningNow } from "./live.ts";

const shownDays = 30;
const shownRuns = 8;
/** Tasks are read beyond those shown: one may have been disabled while its slot was on its way. */
const spareRuns = 4;

/** A few reads of counters, sums and the heads of lists: none of them grows with the workspace. */
export async function overviewOf(ctx: Context, workspaceId: string): Promise<Overview> {
  const now = ctx.now();
  const today = dayOf(now);
  const firstShown = dayAfter(today, 1 - shownDays);
  const firstOfMonth = `${today.slice(0, 7)}-01`;
  const [tasks, nextRuns, running, recent, spent] = await Promise.all([
    ctx.table.entities.taskCount.get({ workspaceId }).go({ consistent: true }),
    nextRunsOf(ctx, workspaceId),
    runningNow(ctx, workspaceId),
    listRuns(ctx, workspaceId, { limit: shownRuns }),
    daysOf(ctx, workspaceId, firstShown < firstOfMonth ? firstShown : firstOfMonth, today),
  ]);
  const { total = 0, enabled = 0, failing = 0 } = tasks.data ?? {};
  const byDay = new Map(spent.map((row) => [row.day, row]));
  const month = spent.filter(({ day }) => day >= firstOfMonth);
  return {
    tasks: { total, enabled, failing },
    // Those that have ended today and those that are under way.
    runsToday: (byDay.get(today)?.runs ?? 0) + running,
    runningNow: running,
    spendThisMonthUsd: rounded(month.reduce((sum, row) => sum + (row.costUsd ?? 0), 0)),
    days: daysBetween(firstShown, today).map((day) => dayFigures(day, byDay.get(day))),
    nextRuns,
    recentRuns: recent.data.map(runSummaryOf),
  };
}

function dayFigures(day: string, row: SpendDayRow | undefined): Overview["days"][number] {
  const { done = 0, failed = 0, cancelled = 0, costUsd = 0 } = row ?? {};
  return { day, done, failed, cancelled, costUsd: rounded(costUsd) };
}

/** The first of the tasks by their next slots, each as its definition has it now. */
async function nextRunsOf(ctx: Context, workspaceId: string): Promise<Overview["nextRuns"]> {
  const { task, taskState } = ctx.table.entities;
  const now = ctx.now().toISOString();
  const query = taskState.query.byNextSlot({ workspaceId }).between({ nextSlot: now }, { nextSlot: "~" });
  const { data: states } = await query.go({ hydrate: true, limit: shownRuns + spareRuns });
  if (states.length === 0) return [];
  const { data: tasks } = await task.get(states.map(({ taskId }) => ({ workspaceId, taskId }))).go();
  const next = tasks.flatMap(({ taskId, name, schedule, enabled, deletedAt }) => {
    const { nextSlot: at } = outlookOf(ctx, { schedule, enabled: enabled && deletedAt === undefined });
    return at > now && at !== noOutlook.nextSlot ? [{ taskId, taskName: name, at }] : [];
  });
  return next.sort((a, b) => a.at.localeCompare(b.at)).slice(0, shownRuns);
}
