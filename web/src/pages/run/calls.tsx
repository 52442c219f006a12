import { Paper, Skeleton, Stack, Table, Text } from "@mantine/core";
import { isTerminal, type Run } from "../../../../contract/run.ts";
import type { LedgerCall } from "../../../../contract/work-order.ts";
import { useRunCalls } from "../../api/runs.ts";
import { formatDuration, formatNumber } from "../../format/number.ts";
import { Money } from "../../ui/amounts.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./run.module.css";

/** What each model call of a run took and cost. */
export function Calls({ runId, run }: { runId: string; run: Run | undefined }) {
  const { data, error, refetch } = useRunCalls(runId, run !== undefined && !isTerminal(run.status));
  if (!data && error) return <ErrorNotice error={error} retry={refetch} />;
  if (!data) return <CallsSkeleton />;
  if (data.length === 0) {
    return (
      <Paper p="md">
        <Text c="dimmed" size="sm">
          {run && isTerminal(run.status) ? "This run called no model." : "No model call yet."}
        </Text>
      </Paper>
    );
  }
  return (
    <Paper>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section className={classes.wide} aria-label="Table of model calls" tabIndex={0}>
        <Table className={classes.calls} miw={720}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Call</Table.Th>
              <Table.Th>Time</Table.Th>
              <Table.Th>Model</Table.Th>
              <Table.Th ta="right">Input</Table.Th>
              <Table.Th ta="right">Cached</Table.Th>
              <Table.Th ta="right">Output</Table.Th>
              <Table.Th ta="right">Duration</Table.Th>
              <Table.Th ta="right">Cost</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((call) => (
              <CallRow key={`${call.attempt}.${call.seq}`} call={call} severalAttempts={(run?.attempt ?? 1) > 1} />
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th colSpan={3}>{data.length === 1 ? "1 call" : `${formatNumber(data.length)} calls`}</Table.Th>
              <Table.Th ta="right">{formatNumber(sum(data, (call) => call.inputTokens))}</Table.Th>
              <Table.Th ta="right">{formatNumber(sum(data, cachedOf))}</Table.Th>
              <Table.Th ta="right">{formatNumber(sum(data, (call) => call.outputTokens))}</Table.Th>
              <Table.Th ta="right">{formatDuration(sum(data, (call) => call.durationMs))}</Table.Th>
              <Table.Th ta="right">
                <Money usd={run?.costUsd ?? null} />
              </Table.Th>
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </section>
    </Paper>
  );
}

function CallRow({ call, severalAttempts }: { call: LedgerCall; severalAttempts: boolean }) {
  const isRefused = call.status >= 400;
  return (
    <Table.Tr>
      <Table.Td>{severalAttempts ? `${call.attempt}.${call.seq}` : call.seq}</Table.Td>
      <Table.Td>
        <When at={call.at} />
      </Table.Td>
      <Table.Td>
        {call.model}
        {isRefused && <span className={classes.refused}>refused with {call.status}</span>}
        {!call.usageKnown && <span className={classes.refused}>usage not known</span>}
      </Table.Td>
      {[call.inputTokens, cachedOf(call), call.outputTokens].map((tokens, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: these are columns
        <Table.Td key={column} ta="right">
          {call.usageKnown ? formatNumber(tokens) : `≥ ${formatNumber(tokens)}`}
        </Table.Td>
      ))}
      <Table.Td ta="right">{formatDuration(call.durationMs)}</Table.Td>
      <Table.Td ta="right">
        <Money usd={call.costUsd} />
      </Table.Td>
    </Table.Tr>
  );
}

const cachedOf = (call: LedgerCall) => call.cacheReadTokens + call.cacheWriteTokens;
const sum = (calls: LedgerCall[], of: (call: LedgerCall) => number) =>
  calls.reduce((total, call) => total + of(call), 0);

function CallsSkeleton() {
  return (
    <Paper p="md">
      <Stack gap={14}>
        {["a", "b", "c"].map((key) => (
          <Skeleton key={key} height={14} />
        ))}
      </Stack>
    </Paper>
  );
}
