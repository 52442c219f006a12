import { Button, Group, Paper, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconFileText, IconHistory } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { RunSummary } from "../../../../contract/run.ts";
import type { Task } from "../../../../contract/task.ts";
import { taskLimits } from "../../../../contract/task-limits.ts";
import { useTaskRuns } from "../../api/runs.ts";
import { paths } from "../../lib/paths.ts";
import { Money, RunDuration } from "../../ui/amounts.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { RunButtons } from "../../ui/runs.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { TriggerName } from "../../ui/trigger.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./runs.module.css";

/** The kept runs of a task, newest first. */
export function Runs({ task }: { task: Task }) {
  const isPhone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const { data, error, refetch } = useTaskRuns(task.id);
  if (!data) return error ? <ErrorNotice error={error} retry={refetch} /> : <RunsSkeleton />;
  if (data.items.length === 0) {
    return (
      <EmptyState
        icon={IconHistory}
        title="It has not run yet"
        text={`Run Now starts it${task.schedule.type === "manual" ? "." : "; its schedule does too."}`}
      />
    );
  }
  return (
    <>
      {isPhone ? <RunCards runs={data.items} /> : <RunTable runs={data.items} />}
      <Text size="sm" c="dimmed" mt="sm">
        The latest {taskLimits.runsKept} runs of a task are kept.
      </Text>
    </>
  );
}

function RunTable({ runs }: { runs: RunSummary[] }) {
  return (
    <Paper className={classes.frame}>
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Status</Table.Th>
            <Table.Th>Trigger</Table.Th>
            <Table.Th>Started At</Table.Th>
            <Table.Th ta="right">Duration</Table.Th>
            <Table.Th ta="right">Cost</Table.Th>
            <Table.Th ta="right">Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td className={classes.status}>
                <StatusChip status={run.status} notBefore={run.notBefore} />
                <Reason run={run} />
              </Table.Td>
              <Table.Td>
                <TriggerName run={run} />
              </Table.Td>
              <Table.Td>
                <When at={run.startedAt ?? run.createdAt} />
              </Table.Td>
              <Table.Td ta="right">
                <RunDuration run={run} />
              </Table.Td>
              <Table.Td ta="right">
                <Money usd={run.costUsd} />
              </Table.Td>
              <Table.Td>
                <Actions run={run} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function RunCards({ runs }: { runs: RunSummary[] }) {
  return (
    <Stack gap="sm" component="ul" className={classes.cards}>
      {runs.map((run) => (
        <li key={run.id} className={classes.card}>
          <Group justify="space-between" gap="xs">
            <StatusChip status={run.status} notBefore={run.notBefore} />
            <Text size="sm" c="dimmed">
              <When at={run.startedAt ?? run.createdAt} />
            </Text>
          </Group>
          <Reason run={run} />
          <Text size="sm" my={8}>
            <TriggerName run={run} /> · <RunDuration run={run} /> · <Money usd={run.costUsd} />
          </Text>
          <Actions run={run} />
        </li>
      ))}
    </Stack>
  );
}

function Reason({ run }: { run: RunSummary }) {
  const text = run.error?.message ?? run.progressText;
  if (!text) return null;
  return (
    <Text size="sm" c="dimmed" mt={4} lineClamp={2}>
      {text}
    </Text>
  );
}

function Actions({ run }: { run: RunSummary }) {
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      <RunButtons run={run} />
      <Button
        variant="default"
        leftSection={<IconFileText size={14} aria-hidden />}
        renderRoot={(props) => <Link {...paths.run(run.id)} {...props} />}
      >
        View Logs
      </Button>
    </Group>
  );
}

function RunsSkeleton() {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} height={36} />
      ))}
    </Stack>
  );
}
