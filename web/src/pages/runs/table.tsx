import { Link, useSearch } from "@tanstack/react-router";
import type { RunSummary } from "../../../../contract/run.ts";
import { formatDuration, formatMoney } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { Actor } from "../../ui/actor.tsx";
import { Money, RunDuration } from "../../ui/amounts.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { TriggerName } from "../../ui/trigger.tsx";
import { type Column, VirtualTable } from "../../ui/virtual-table.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./runs.module.css";

interface RunTableProps {
  /** Undefined while they are on their way. */
  runs: RunSummary[] | undefined;
  isOld: boolean;
  hasMore: boolean;
  onMore: () => void;
  openId: string | undefined;
  onOpen: (run: RunSummary) => void;
}

export function RunTable({ runs, hasMore, openId, ...rest }: RunTableProps) {
  return (
    <VirtualTable
      {...rest}
      label="Runs"
      rows={runs}
      keyOf={keyOf}
      total={runs && !hasMore ? runs.length : null}
      columns={columns}
      card={(run) => <RunCard run={run} />}
      hasMore={hasMore}
      openKey={openId}
    />
  );
}

const keyOf = ({ id }: RunSummary) => id;

const columns: Column<RunSummary>[] = [
  {
    id: "status",
    title: "Status",
    width: "116px",
    cell: (run) => <StatusChip status={run.status} notBefore={run.notBefore} />,
  },
  { id: "task", title: "Task", width: "minmax(0, 1fr)", cell: (run) => <RunName run={run} /> },
  { id: "trigger", title: "Trigger", width: "84px", from: 820, cell: (run) => <TriggerName run={run} /> },
  {
    id: "by",
    title: "Requested By",
    width: "140px",
    from: 960,
    cell: (run) => <Actor by={run.requestedBy} />,
  },
  { id: "started", title: "Started At", width: "132px", cell: (run) => <When at={run.startedAt} /> },
  { id: "duration", title: "Duration", width: "76px", align: "right", cell: (run) => <RunDuration run={run} /> },
  { id: "cost", title: "Cost", width: "76px", align: "right", cell: (run) => <Money usd={run.costUsd} /> },
];

/** The task's name, which opens the run beside the list, and what became of it or goes on. */
function RunName({ run }: { run: RunSummary }) {
  const search = useSearch({ from: "/runs" });
  const words = run.error?.message ?? run.progressText;
  return (
    <>
      <Link
        {...paths.runs({ ...search, run: run.id })}
        className={classes.name}
        title={run.taskName}
        resetScroll={false}
        data-key-opens
      >
        {run.taskName}
      </Link>
      {words && (
        <span className={classes.under} title={words}>
          {words}
        </span>
      )}
    </>
  );
}

function RunCard({ run }: { run: RunSummary }) {
  return (
    <>
      <RunName run={run} />
      <div className={classes.cardLine}>
        <StatusChip status={run.status} notBefore={run.notBefore} />
        <When at={run.startedAt ?? run.createdAt} />
      </div>
      <div className={classes.cardFoot}>
        <TriggerName run={run} />
        {run.durationMs !== null && ` · ${formatDuration(run.durationMs)}`}
        {run.costUsd !== null && ` · ${formatMoney(run.costUsd)}`}
        <Actor by={run.requestedBy} />
      </div>
    </>
  );
}
