import { Anchor, Progress, Skeleton, Table, Tabs, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { agents } from "../../../../contract/agent.ts";
import type { CostAmounts, CostReport } from "../../../../contract/cost.ts";
import { language } from "../../format/language.ts";
import { formatMoney, formatNumber } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import { type Breakdown, breakdowns } from "../../lib/search/costs.ts";
import { Panel } from "../../ui/panel.tsx";
import classes from "./costs.module.css";
import { timesOf } from "./times.ts";

const route = getRouteApi("/costs");

interface Entry extends CostAmounts {
  key: string;
  name: ReactNode;
}

const dimensions: Record<Breakdown, { tab: string; head: string; entries: (report: CostReport) => Entry[] }> = {
  task: {
    tab: "By task",
    head: "Task",
    entries: ({ byTask, otherTasks }) => [
      ...byTask.map(({ taskId, taskName, ...amounts }) => ({
        key: taskId,
        name: <Anchor renderRoot={(props) => <Link {...paths.runs({ task: taskId })} {...props} />}>{taskName}</Anchor>,
        ...amounts,
      })),
      ...(otherTasks.runs > 0 ? [{ key: "", name: "All other tasks", ...otherTasks }] : []),
    ],
  },
  model: {
    tab: "By model",
    head: "Model",
    entries: ({ byModel }) => byModel.map(({ model, ...amounts }) => ({ key: model, name: model, ...amounts })),
  },
  "agent-type": {
    tab: "By agent type",
    head: "Agent type",
    entries: ({ byAgentType }) =>
      byAgentType.map(({ agentType, ...amounts }) => ({ key: agentType, name: agents[agentType].label, ...amounts })),
  },
  day: {
    tab: "Over time",
    head: "Time",
    entries: (report) =>
      timesOf(report)
        .filter(({ runs }) => runs > 0)
        .toReversed(),
  },
};

/** The same sum by each of its dimensions. */
export function BreakdownPanel({ report }: { report: CostReport }) {
  const { by = "task" } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (value: string | null) =>
    navigate({
      search: (search) => ({ ...search, by: value === "task" ? undefined : (value as Breakdown) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Panel title="Where it went">
      <Tabs value={by} onChange={choose} keepMounted={false}>
        <Tabs.List className={classes.tabs}>
          {breakdowns.map((name) => (
            <Tabs.Tab key={name} value={name} className={classes.tab}>
              {dimensions[name].tab}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {breakdowns.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <BreakdownTable
              head={dimensions[name].head}
              entries={dimensions[name].entries(report)}
              total={report.total.costUsd}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

function BreakdownTable({ head, entries, total }: { head: string; entries: Entry[]; total: number }) {
  return (
    <Table className={classes.table} layout="fixed" horizontalSpacing="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{head}</Table.Th>
          <Table.Th className={classes.amount}>Spend</Table.Th>
          <Table.Th className={classes.share} visibleFrom="md">
            Share
          </Table.Th>
          <Table.Th className={classes.count}>Runs</Table.Th>
          <Table.Th className={classes.count} visibleFrom="md">
            Model calls
          </Table.Th>
          <Table.Th className={classes.tokens} visibleFrom="lg">
            Input tokens
          </Table.Th>
          <Table.Th className={classes.tokens} visibleFrom="lg">
            Output tokens
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map(({ key, name, ...amounts }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" className={classes.name}>
              {name}
            </Table.Th>
            <Table.Td className={classes.amount}>
              {formatMoney(amounts.costUsd)}
              {amounts.unpricedCalls > 0 && (
                <Text size="xs" c="dimmed">
                  {`+ ${formatNumber(amounts.unpricedCalls)} unpriced`}
                </Text>
              )}
            </Table.Td>
            <Table.Td className={classes.share} visibleFrom="md">
              <Share of={total} part={amounts.costUsd} />
            </Table.Td>
            <Table.Td className={classes.count}>{formatNumber(amounts.runs)}</Table.Td>
            <Table.Td className={classes.count} visibleFrom="md">
              {formatNumber(amounts.modelCalls)}
            </Table.Td>
            <Table.Td className={classes.tokens} visibleFrom="lg">
              {formatNumber(amounts.inputTokens)}
            </Table.Td>
            <Table.Td className={classes.tokens} visibleFrom="lg">
              {formatNumber(amounts.outputTokens)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Share({ of, part }: { of: number; part: number }) {
  const share = of > 0 ? part / of : 0;
  const words = percent.format(share);
  return (
    <div className={classes.bar}>
      <Progress value={share * 100} size={6} aria-hidden className={classes.progress} />
      <span className={classes.percent}>{words}</span>
    </div>
  );
}

const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });

export function BreakdownSkeleton() {
  return (
    <Panel title="Where it went">
      <div className={classes.skeleton}>
        {["a", "b", "c", "d"].map((row) => (
          <Skeleton key={row} height={16} />
        ))}
      </div>
    </Panel>
  );
}
