import { Anchor, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Overview } from "../../../../contract/overview.ts";
import { paths } from "../../lib/paths.ts";
import { Money, RunDuration } from "../../ui/amounts.tsx";
import { Panel } from "../../ui/panel.tsx";
import { StatusChip, StatusIcon } from "../../ui/status-chip.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./home.module.css";

const placeholders = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** The latest runs, each a link to its page. Undefined while they are on their way. */
export function RecentRuns({ runs }: { runs: Overview["recentRuns"] | undefined }) {
  const all = <Anchor renderRoot={(props) => <Link {...paths.runs()} {...props} />}>All runs</Anchor>;
  return (
    <Panel title="Recent runs" action={all}>
      <List waiting={runs === undefined}>
        {runs?.map((run) => (
          <li key={run.id} className={classes.row}>
            <span className={classes.chip}>
              <StatusChip status={run.status} notBefore={run.notBefore} />
            </span>
            <span className={classes.icon}>
              <StatusIcon status={run.status} notBefore={run.notBefore} />
            </span>
            <Link {...paths.run(run.id)} className={classes.name}>
              {run.taskName}
            </Link>
            <span className={classes.duration}>
              <RunDuration run={run} />
            </span>
            <span className={classes.cost}>
              <Money usd={run.costUsd} />
            </span>
            <span className={classes.when}>
              <When at={run.startedAt ?? run.createdAt} />
            </span>
          </li>
        ))}
      </List>
    </Panel>
  );
}

/** What the schedules start next, each a link to its task. */
export function NextRuns({ runs }: { runs: Overview["nextRuns"] | undefined }) {
  return (
    <Panel title="Next runs">
      {runs?.length === 0 ? (
        <Text size="sm" c="dimmed" className={classes.none}>
          Nothing is scheduled. Give a task a schedule, and its next run is shown here.
        </Text>
      ) : (
        <List waiting={runs === undefined}>
          {runs?.map(({ taskId, taskName, at }) => (
            <li key={taskId} className={classes.row}>
              <Link {...paths.task(taskId)} className={classes.name}>
                {taskName}
              </Link>
              <span className={classes.when}>
                <When at={at} />
              </span>
            </li>
          ))}
        </List>
      )}
    </Panel>
  );
}

function List({ waiting, children }: { waiting: boolean; children: ReactNode }) {
  if (!waiting) return <ul className={classes.list}>{children}</ul>;
  return (
    <div className={classes.list} aria-hidden>
      {placeholders.map((row) => (
        <div key={row} className={classes.row}>
          <Skeleton height={14} width="100%" />
        </div>
      ))}
    </div>
  );
}
