import type { ReactNode } from "react";
import { isTerminal, labelOf, type Run, type RunStatus, statusLabels } from "../../../../contract/run.ts";
import { formatDuration } from "../../format/number.ts";
import { StatusIcon } from "../../ui/status-chip.tsx";
import { useNow } from "../../ui/use-now.ts";
import { When } from "../../ui/when.tsx";
import classes from "./run.module.css";

interface Step {
  status: RunStatus;
  at: string | null;
  /** Until when it lasted; null for what has not come or goes on. */
  until: string | null;
  state: "past" | "now" | "ahead" | "skipped";
}

/** Queued, starting, running, ended: when each began and how long it took. */
export function Timeline({ run }: { run: Run }) {
  const notes = notesOf(run);
  return (
    <>
      <ol className={classes.timeline}>
        {stepsOf(run).map((step) => (
          <li key={step.status} className={classes.step} data-state={step.state}>
            <span className={classes.dot}>
              {step.state === "past" || step.state === "now" ? (
                <StatusIcon
                  status={step.state === "past" && !isTerminal(step.status) ? "DONE" : step.status}
                  notBefore={run.notBefore}
                  size={18}
                />
              ) : (
                <span className={classes.blank} />
              )}
            </span>
            <span className={classes.stepName}>
              {step.state === "ahead" ? aheadLabel(step) : labelOf({ ...run, status: step.status }, new Date())}
            </span>
            <span className={classes.stepTime}>
              {step.at ? <When at={step.at} /> : step.state === "skipped" ? "Not reached" : "–"}
            </span>
            <span className={classes.stepTime}>{lasted(step)}</span>
          </li>
        ))}
      </ol>
      {notes.length > 0 && (
        <ul className={classes.notes}>
          {notes.map(([name, note]) => (
            <li key={name}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function aheadLabel({ status }: Step): string {
  return isTerminal(status) ? "Ended" : statusLabels[status];
}

function lasted({ at, until, state, status }: Step): ReactNode {
  if (!at || isTerminal(status)) return null;
  if (state === "now") return <Since at={at} />;
  return until && formatDuration(Date.parse(until) - Date.parse(at));
}

function Since({ at }: { at: string }) {
  return <>{formatDuration(useNow(1000) - Date.parse(at))}</>;
}

function stepsOf(run: Run): Step[] {
  const { createdAt, claimedAt, startedAt, endedAt, status } = run;
  const ended = isTerminal(status);
  const state = (at: string | null, is: RunStatus): Step["state"] =>
    status === is ? "now" : at ? "past" : ended ? "skipped" : "ahead";
  const last = ended ? status : "DONE";
  return [
    { status: "PENDING", at: createdAt, until: claimedAt ?? endedAt, state: state(createdAt, "PENDING") },
    { status: "CLAIMED", at: claimedAt, until: startedAt ?? endedAt, state: state(claimedAt, "CLAIMED") },
    { status: "PROCESSING", at: startedAt, until: endedAt, state: state(startedAt, "PROCESSING") },
    { status: last, at: endedAt, until: null, state: ended ? "past" : "ahead" },
  ];
}

function notesOf(run: Run): [string, ReactNode][] {
  const notes: [string, ReactNode][] = [];
  if (run.slot) notes.push(["slot", <>Scheduled for {<When at={run.slot} />}</>]);
  if (run.notBefore) notes.push(["notBefore", <>Scheduled for {<When at={run.notBefore} />}</>]);
  if (run.startBy && !run.startedAt && !run.endedAt)
    notes.push(["startBy", <>Given up if it has not started by {<When at={run.startBy} />}</>]);
  if (run.attempt > 1) notes.push(["attempt", `Attempt ${run.attempt}: a container before it was lost`]);
  if (run.cancelRequestedAt) notes.push(["cancel", <>Cancel asked for {<When at={run.cancelRequestedAt} />}</>]);
  if (run.deadlineAt && !isTerminal(run.status)) notes.push(["deadline", <>Ends by {<When at={run.deadlineAt} />}</>]);
  return notes;
}
