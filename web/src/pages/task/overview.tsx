import { Anchor, SimpleGrid, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { agents } from "../../../../contract/agent.ts";
import type { Requester } from "../../../../contract/run.ts";
import type { Task } from "../../../../contract/task.ts";
import { useTaskRuns } from "../../api/runs.ts";
import { formatDuration, formatMoney, formatNumber } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Tile } from "../../ui/tile.tsx";
import { When } from "../../ui/when.tsx";
import { Facts } from "./facts.tsx";
import { type Health, healthOf } from "./health.ts";
import { OutcomeStrip, OutcomeStripSkeleton } from "./outcome-strip.tsx";
import { sourceOf } from "./source.ts";
import classes from "./task.module.css";
import { ZonedTime } from "./zoned-time.tsx";

/** How the task does, when it runs next, and what it is. */
export function Overview({ task }: { task: Task }) {
  const { data, error, refetch } = useTaskRuns(task.id);
  const runs = data?.items;
  const health = runs && healthOf(runs);
  if (!runs && error) return <ErrorNotice error={error} retry={refetch} />;
  return (
    <div className={classes.page}>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <Tile label="Success rate" value={health && rateInWords(health)} note={health && outcomesInWords(health)} />
        <Tile
          label="Average duration"
          value={health && (health.averageMs === undefined ? "–" : formatDuration(health.averageMs))}
          note="of the runs that are kept"
        />
        <Tile
          label="Average cost"
          value={health && (health.averageUsd === undefined ? "–" : formatMoney(health.averageUsd))}
          note={health && lastCost(runs?.find(({ costUsd }) => costUsd !== null)?.costUsd ?? null)}
        />
        <Tile
          label="Next run"
          value={<NextRun task={task} />}
          note={task.nextRunAt ? <ZonedTime at={task.nextRunAt} zone={task.schedule.timezone} /> : restsBecause(task)}
        />
      </SimpleGrid>
      <Panel
        title="Last runs"
        action={<Anchor renderRoot={(props) => <Link {...paths.task(task.id, "runs")} {...props} />}>All runs</Anchor>}
      >
        {runs ? <OutcomeStrip runs={runs} /> : <OutcomeStripSkeleton />}
      </Panel>
      <Panel title="Details">
        <Details task={task} />
      </Panel>
    </div>
  );
}

function rateInWords({ rate }: Health): string {
  return rate === undefined ? "–" : `${Math.round(rate * 100)} %`;
}

function outcomesInWords({ done, failed }: Health): string {
  if (done + failed === 0) return "no run has ended yet";
  return `${formatNumber(done)} of ${formatNumber(done + failed)} completed`;
}

function lastCost(usd: number | null): string {
  return usd === null ? "no cost is known yet" : `${formatMoney(usd)} the last time`;
}

function NextRun({ task }: { task: Task }) {
  return <span className={classes.next}>{task.nextRunAt ? <When at={task.nextRunAt} /> : "–"}</span>;
}

function restsBecause(task: Task): string {
  if (!task.enabled) return "the task is disabled";
  return task.schedule.type === "manual" ? "only when someone runs it" : "its time is past";
}

/** What the task is, who made it, and who changed it last. */
function Details({ task }: { task: Task }) {
  const { repository, branch } = sourceOf(task.sourceUrl);
  return (
    <Facts
      facts={{
        "Agent Type": agents[task.agentType].label,
        Model: task.model,
        Repository: repository ? <Outward href={repository} /> : "None",
        Branch: repository ? (branch ?? "The default one") : null,
        Created: <Change at={task.createdAt} by={task.createdBy} />,
        Changed: <Change at={task.updatedAt} by={task.updatedBy} />,
      }}
    />
  );
}

function Outward({ href }: { href: string }) {
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer" inherit>
      {href.replace(/^https:\/\//i, "")}
    </Anchor>
  );
}

function Change({ at, by }: { at: string; by: Requester | null }) {
  return (
    <>
      <When at={at} />
      {by && (
        <Text span inherit c="dimmed">
          {` by ${by.name}`}
        </Text>
      )}
    </>
  );
}
