import type { Overview } from "../../contract/overview.ts";
import type { SpendDayRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { rounded } from "../cost/ledger.ts";
import { daysOf } from "../cost/report.ts";
import { listRuns } from "../run/history.ts";
import { runSummaryOf } from "../run/view.ts";
import { nextSlots } from "../schedule/next-slots.ts";
import { type TaskCard, taskCards } from "../task/cards.ts";
import { dayAfter, dayOf, daysBetween } from "../time.ts";
import { runningNow } from "./live.ts";

const shownDays = 30;
const shownRuns = 8;

/** Four reads, of which only that of the tasks grows with the workspace. */
export async function overviewOf(ctx: Context, workspaceId: string): Promise<Overview> {
  const now = ctx.now();
  const today = dayOf(now);
  const firstShown = dayAfter(today, 1 - shownDays);
  const firstOfMonth = `${today.slice(0, 7)}-01`;
  const [tasks, running, recent, spent] = await Promise.all([
    taskCards(ctx, workspaceId),
    runningNow(ctx, workspaceId),
    listRuns(ctx, workspaceId, { limit: shownRuns }),
    daysOf(ctx, workspaceId, firstShown < firstOfMonth ? firstShown : firstOfMonth, today),
  ]);
  const byDay = new Map(spent.map((row) => [row.day, row]));
  const month = spent.filter(({ day }) => day >= firstOfMonth);
  return {
    tasks: {
      total: tasks.length,
      enabled: tasks.filter((task) => task.enabled).length,
      failing: tasks.filter(isFailing).length,
    },
    // Those that have ended today and those that are under way.
    runsToday: (byDay.get(today)?.runs ?? 0) + running,
    runningNow: running,
    spendThisMonthUsd: rounded(month.reduce((sum, row) => sum + (row.costUsd ?? 0), 0)),
    days: daysBetween(firstShown, today).map((day) => dayFigures(day, byDay.get(day))),
    nextRuns: nextRunsOf(tasks, now),
    recentRuns: recent.data.map(runSummaryOf),
  };
}

function isFailing({ lastRunStatus }: TaskCard): boolean {
  return lastRunStatus === "FAILED" || lastRunStatus === "TIMED_OUT";
}

function dayFigures(day: string, row: SpendDayRow | undefined): Overview["days"][number] {
  const { done = 0, failed = 0, cancelled = 0, costUsd = 0 } = row ?? {};
  return { day, done, failed, cancelled, costUsd: rounded(costUsd) };
}

function nextRunsOf(tasks: TaskCard[], from: Date): Overview["nextRuns"] {
  const next = tasks.flatMap(({ taskId, name, enabled, schedule }) => {
    const [slot] = enabled ? nextSlots(schedule, { from, count: 1 }) : [];
    return slot ? [{ taskId, taskName: name, at: slot.toISOString() }] : [];
  });
  return next.sort((a, b) => a.at.localeCompare(b.at)).slice(0, shownRuns);
}
