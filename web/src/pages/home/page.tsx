import { Badge, Button, SimpleGrid } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Overview } from "../../../../contract/overview.ts";
import { useOverview } from "../../api/overview.ts";
import { useMay } from "../../api/session.ts";
import { formatMoney, formatNumber } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tile } from "../../ui/tile.tsx";
import { DayCharts, DayChartsSkeleton } from "./day-charts.tsx";
import { FirstSteps } from "./first-steps.tsx";
import classes from "./home.module.css";
import { NextRuns, RecentRuns } from "./run-lists.tsx";

/** How the workspace is doing, at a glance. */
export function Page() {
  const { data, error, refetch } = useOverview();
  const mayChange = useMay("member");
  return (
    <>
      <PageHeader title="Home">
        {mayChange && (
          <Button
            leftSection={<IconPlus size={14} aria-hidden />}
            renderRoot={(props) => <Link {...paths.newTask()} {...props} />}
          >
            Create Task
          </Button>
        )}
      </PageHeader>
      {error && !data ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : (
        <div className={classes.page}>
          <Tiles overview={data} />
          {data && isNew(data) ? <FirstSteps hasTask={data.tasks.total > 0} /> : <Activity overview={data} />}
        </div>
      )}
    </>
  );
}

const isNew = ({ recentRuns }: Overview): boolean => recentRuns.length === 0;

function Activity({ overview }: { overview: Overview | undefined }) {
  return (
    <>
      {overview ? <DayCharts days={overview.days} /> : <DayChartsSkeleton />}
      <div className={classes.lists}>
        <RecentRuns runs={overview?.recentRuns} />
        <NextRuns runs={overview?.nextRuns} />
      </div>
    </>
  );
}

function Tiles({ overview }: { overview: Overview | undefined }) {
  const today = overview?.days.at(-1);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <Tile
        label="Agent tasks"
        value={overview && formatNumber(overview.tasks.total)}
        note={overview && `${formatNumber(overview.tasks.enabled)} enabled`}
        badge={overview && overview.tasks.failing > 0 && <Failing count={overview.tasks.failing} />}
        to={paths.tasks()}
      />
      <Tile
        label="Runs today"
        value={overview && formatNumber(overview.runsToday)}
        note={today && (today.failed > 0 ? `${formatNumber(today.failed)} failed` : "none failed")}
        to={paths.runs()}
      />
      <Tile
        label="Running now"
        value={overview && formatNumber(overview.runningNow)}
        note={overview && (overview.runningNow > 0 ? "starting or running" : "nothing runs")}
        to={paths.runs()}
      />
      <Tile
        label="Spend this month"
        value={overview && formatMoney(overview.spendThisMonthUsd)}
        note={today && `${formatMoney(today.costUsd)} today`}
        to={paths.costs()}
      />
    </SimpleGrid>
  );
}

/** How many tasks failed when they last ran; leads to them. */
function Failing({ count }: { count: number }) {
  return (
    <Badge
      color="red"
      className={classes.failing}
      leftSection={<IconAlertTriangle size={12} aria-hidden />}
      renderRoot={(props) => <Link {...paths.tasks({ state: "failing" })} {...props} />}
    >
      {formatNumber(count)} failing
    </Badge>
  );
}
