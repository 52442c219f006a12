import { Paper, Skeleton, Table } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import type { MouseEvent } from "react";
import { type RunSummary, triggerLabels } from "../../../../contract/run.ts";
import { formatDuration, formatMoney } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { Money, RunDuration } from "../../ui/amounts.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./runs.module.css";

interface RunTableProps {
  runs: RunSummary[];
  isOld: boolean;
  openId: string | undefined;
  onOpen: (id: string) => void;
}

export function RunTable({ runs, isOld, openId, onOpen }: RunTableProps) {
  return (
    <Paper className={classes.frame} data-old={isOld || undefined}>
      <Table className={classes.table} highlightOnHover>
        <Head />
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} isOpen={run.id === openId} onOpen={onOpen} />
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Head() {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th className={classes.status}>Status</Table.Th>
        <Table.Th>Task</Table.Th>
        <Table.Th className={classes.trigger}>Trigger</Table.Th>
        <Table.Th className={classes.started}>Started At</Table.Th>
        <Table.Th className={classes.figure}>Duration</Table.Th>
        <Table.Th className={classes.figure}>Cost</Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
}

function RunRow({ run, isOpen, onOpen }: { run: RunSummary; isOpen: boolean; onOpen: (id: string) => void }) {
  const search = useSearch({ from: "/runs" });
  const openRow = (event: MouseEvent) => {
    // The link in the row goes the same way by itself, also in a new tab.
    if ((event.target as Element).closest("a")) return;
    onOpen(run.id);
  };
  return (
    <Table.Tr className={classes.row} data-open={isOpen || undefined} onClick={openRow}>
      <Table.Td>
        <StatusChip status={run.status} notBefore={run.notBefore} />
      </Table.Td>
      <Table.Td className={classes.task}>
        <Link
          {...paths.runs({ ...search, run: run.id })}
          className={classes.name}
          title={run.taskName}
          resetScroll={false}
        >
          {run.taskName}
        </Link>
        <span className={classes.under}>{run.error?.message ?? run.progressText}</span>
        <span className={classes.narrow}>
          <When at={run.startedAt ?? run.createdAt} />
          {run.durationMs !== null && ` · ${formatDuration(run.durationMs)}`}
          {run.costUsd !== null && ` · ${formatMoney(run.costUsd)}`}
        </span>
      </Table.Td>
      <Table.Td className={classes.trigger}>{triggerLabels[run.trigger]}</Table.Td>
      <Table.Td className={classes.started}>
        <When at={run.startedAt} />
      </Table.Td>
      <Table.Td className={classes.figure}>
        <RunDuration run={run} />
      </Table.Td>
      <Table.Td className={classes.figure}>
        <Money usd={run.costUsd} />
      </Table.Td>
    </Table.Tr>
  );
}

const skeletonRows = ["a", "b", "c", "d", "e", "f", "g", "h"];

export function RunTableSkeleton() {
  return (
    <Paper className={classes.frame} role="status" aria-label="Loading the runs">
      <Table className={classes.table}>
        <Head />
        <Table.Tbody>
          {skeletonRows.map((key) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Skeleton height={22} width={92} radius="xl" />
              </Table.Td>
              <Table.Td className={classes.task}>
                <Skeleton height={14} width="60%" />
              </Table.Td>
              <Table.Td className={classes.trigger}>
                <Skeleton height={14} width={64} />
              </Table.Td>
              <Table.Td className={classes.started}>
                <Skeleton height={14} width={96} />
              </Table.Td>
              <Table.Td className={classes.figure}>
                <Skeleton height={14} width={48} ml="auto" />
              </Table.Td>
              <Table.Td className={classes.figure}>
                <Skeleton height={14} width={48} ml="auto" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
