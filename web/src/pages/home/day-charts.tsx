import type { Overview } from "../../../../contract/overview.ts";
import { formatDay } from "../../format/instant.ts";
import { formatMoney, formatNumber } from "../../format/number.ts";
import { ChartPanel, ChartPanelSkeleton } from "../../ui/chart-panel.tsx";
import classes from "./home.module.css";

type Day = Overview["days"][number];
const runsTitle = "Runs per day";
const spendTitle = "Spend per day";

/** Runs by how they ended, and what they cost, over the last 30 days. */
export function DayCharts({ days }: { days: Day[] }) {
  const note = `Last ${days.length} days, UTC`;
  const rows = days.map((day) => ({ key: day.day, ...day, label: formatDay(day.day) }));
  return (
    <div className={classes.charts}>
      <ChartPanel
        title={runsTitle}
        note={note}
        summary={runsInWords(days)}
        rowTitle="Day"
        rows={rows}
        series={[
          { key: "done", label: "Completed", tone: "good", whole: true },
          { key: "failed", label: "Failed", tone: "bad", whole: true },
          { key: "cancelled", label: "Cancelled", tone: "neutral", whole: true },
        ]}
        format={formatNumber}
      />
      <ChartPanel
        title={spendTitle}
        note={note}
        summary={spendInWords(days)}
        rowTitle="Day"
        rows={rows}
        series={[{ key: "costUsd", label: "Spend", tone: "accent" }]}
        format={formatMoney}
      />
    </div>
  );
}

export function DayChartsSkeleton() {
  return (
    <div className={classes.charts}>
      <ChartPanelSkeleton title={runsTitle} />
      <ChartPanelSkeleton title={spendTitle} />
    </div>
  );
}

const sum = (days: Day[], of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);

function runsInWords(days: Day[]): string {
  const [done, failed, cancelled] = [
    sum(days, (d) => d.done),
    sum(days, (d) => d.failed),
    sum(days, (d) => d.cancelled),
  ];
  return `${runsTitle} in the last ${days.length} days: ${formatNumber(done)} completed, ${formatNumber(failed)} failed, ${formatNumber(cancelled)} cancelled.`;
}

function spendInWords(days: Day[]): string {
  const most = days.reduce((a, b) => (b.costUsd > a.costUsd ? b : a));
  const total = formatMoney(sum(days, (day) => day.costUsd));
  return `${spendTitle} in the last ${days.length} days: ${total} in all, most on ${formatDay(most.day)} with ${formatMoney(most.costUsd)}.`;
}
