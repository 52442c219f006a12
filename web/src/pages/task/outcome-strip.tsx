import { Skeleton, Text, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { labelOf, type RunSummary } from "../../../../contract/run.ts";
import { formatInstant } from "../../format/instant.ts";
import { formatDuration, formatMoney } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import classes from "./task.module.css";

const shown = 30;

const tones: Record<RunSummary["status"], string> = {
  PENDING: "waiting",
  CLAIMED: "active",
  PROCESSING: "active",
  DONE: "good",
  FAILED: "bad",
  TIMED_OUT: "bad",
  CANCELLED: "neutral",
};

/** How the latest runs ended, the newest at the right: a bar for each, as high as it took long. */
export function OutcomeStrip({ runs }: { runs: RunSummary[] }) {
  if (runs.length === 0) {
    return (
      <Text size="sm" c="dimmed" className={classes.none}>
        It has not run yet. Run Now starts it; a schedule does too.
      </Text>
    );
  }
  const latest = runs.slice(0, shown);
  const longest = Math.max(1, ...latest.map(({ durationMs }) => durationMs ?? 0));
  return (
    <ol className={classes.strip} aria-label="Last runs, newest first">
      {latest.map((run) => (
        <li key={run.id}>
          <Tooltip label={inWords(run)} multiline maw={320}>
            <Link {...paths.run(run.id)} className={classes.bar} aria-label={inWords(run)}>
              <span data-tone={tones[run.status]} style={{ height: `${heightOf(run, longest)}%` }} />
            </Link>
          </Tooltip>
        </li>
      ))}
    </ol>
  );
}

/** By the root of the duration, so that one long run does not press the others flat. */
function heightOf({ durationMs }: RunSummary, longest: number): number {
  return Math.round(18 + 82 * Math.sqrt((durationMs ?? 0) / longest));
}

function inWords(run: RunSummary): string {
  const took = run.durationMs === null ? "" : `, ${formatDuration(run.durationMs)}`;
  const cost = run.costUsd === null ? "" : `, ${formatMoney(run.costUsd)}`;
  const why = run.error ? `: ${run.error.message}` : "";
  return `${labelOf(run, new Date())}, ${formatInstant(run.startedAt ?? run.createdAt)}${took}${cost}${why}`;
}

export function OutcomeStripSkeleton() {
  return (
    <div className={classes.strip}>
      <Skeleton height={64} />
    </div>
  );
}
