import { Button, SimpleGrid } from "@mantine/core";
import { IconCoins, IconDownload } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { CostReport } from "../../../../contract/cost.ts";
import { useCosts } from "../../api/costs.ts";
import { formatDay } from "../../format/instant.ts";
import { formatCompact, formatMoney, formatNumber } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { chosenPeriod } from "../../lib/period.ts";
import { ChartPanel, ChartPanelSkeleton } from "../../ui/chart-panel.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tile } from "../../ui/tile.tsx";
import { useNow } from "../../ui/use-now.ts";
import { Warning } from "../../ui/warning.tsx";
import { BreakdownPanel, BreakdownSkeleton } from "./breakdown-panel.tsx";
import classes from "./costs.module.css";
import { costsCsv } from "./csv.ts";
import { PeriodPicker } from "./period-picker.tsx";
import { saveText } from "./save-text.ts";
import { timesOf } from "./times.ts";

const route = getRouteApi("/costs");

/** What was spent in a period, and on what. */
export function Page() {
  const search = route.useSearch();
  const now = useNow(60_000);
  const { period, from, to } = chosenPeriod(search, now);
  const { data: report, error, refetch, isPlaceholderData } = useCosts({ from, to });
  return (
    <>
      <PageHeader title="Costs" text="What the agents' model calls cost, by the day on which runs ended, in UTC.">
        <Button
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={!report || isPlaceholderData}
          onClick={() => report && saveText(`errand-costs-${from}-to-${to}.csv`, "text/csv", costsCsv(report))}
        >
          Download CSV
        </Button>
      </PageHeader>
      <PeriodPicker key={`${from} ${to}`} period={period} from={from} to={to} />
      {error && !report ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : (
        <div className={classes.report} aria-busy={!report || isPlaceholderData}>
          <Totals report={report} />
          {report ? <Report report={report} busy={isPlaceholderData} /> : <ReportSkeleton />}
        </div>
      )}
    </>
  );
}

function Totals({ report }: { report: CostReport | undefined }) {
  const total = report?.total;
  const perRun = total && total.runs > 0 ? `${formatMoney(total.costUsd / total.runs)} a run` : "–";
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <Tile label="Spend" value={total && formatMoney(total.costUsd)} note={perRun} />
      <Tile label="Runs" value={total && formatNumber(total.runs)} note={report && tasksInWords(report)} />
      <Tile
        label="Model calls"
        value={total && formatNumber(total.modelCalls)}
        note={report && counted(report.byModel.length, "model", "models")}
      />
      <Tile
        label="Tokens"
        value={total && formatCompact(total.inputTokens + total.outputTokens)}
        note={total && `${formatCompact(total.inputTokens)} in, ${formatCompact(total.outputTokens)} out`}
      />
    </SimpleGrid>
  );
}

function Report({ report, busy }: { report: CostReport; busy: boolean }) {
  const { total } = report;
  const unit = report.byDay.length > 0 ? "day" : "month";
  if (total.runs === 0) {
    return (
      <EmptyState
        icon={IconCoins}
        title="Nothing was spent in this period"
        text="Costs appear here as soon as a run has ended. Choose another period, or start a run."
        action={
          <Button variant="default" renderRoot={(props) => <Link {...paths.tasks()} {...props} />}>
            Go to your tasks
          </Button>
        }
      />
    );
  }
  return (
    <>
      {total.unpricedCalls > 0 && (
        <Warning>
          {`${counted(total.unpricedCalls, "model call went", "model calls went")} to a model whose price Errand does not know, or ended before the provider told their usage. ` +
            "They are counted, but their cost is in none of these sums: look it up at the provider."}
        </Warning>
      )}
      <ChartPanel
        title={`Spend per ${unit}`}
        note={`${formatDay(report.from)} to ${formatDay(report.to)}, UTC`}
        summary={timesInWords(report, unit)}
        rowTitle={unit === "day" ? "Day" : "Month"}
        rows={timesOf(report).map(({ key, name, costUsd }) => ({ key, label: name, costUsd }))}
        series={[{ key: "costUsd", label: "Spend", tone: "accent" }]}
        format={formatMoney}
        busy={busy}
      />
      <BreakdownPanel report={report} />
    </>
  );
}

function ReportSkeleton() {
  return (
    <>
      <ChartPanelSkeleton title="Spend per day" />
      <BreakdownSkeleton />
    </>
  );
}

function timesInWords(report: CostReport, unit: "day" | "month"): string {
  const times = timesOf(report);
  const most = times.reduce((a, b) => (b.costUsd > a.costUsd ? b : a));
  return `Spend per ${unit}: ${formatMoney(report.total.costUsd)} in ${times.length} ${unit}s, most ${unit === "day" ? "on" : "in"} ${most.name} with ${formatMoney(most.costUsd)}.`;
}

/** More tasks than are told by name are not counted either. */
function tasksInWords({ byTask, otherTasks }: CostReport): string {
  return otherTasks.runs > 0 ? "of many tasks" : counted(byTask.length, "task", "tasks");
}

function counted(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
