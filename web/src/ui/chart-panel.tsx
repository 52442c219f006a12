import { ActionIcon, Skeleton, Table, Tooltip } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import classes from "./chart.module.css";
import type { ChartData } from "./chart-data.ts";
import { Panel } from "./panel.tsx";

const BarChart = lazy(() => import("./bar-chart.tsx"));
const height = 220;

interface ChartPanelProps extends ChartData {
  title: string;
  /** What the chart shows, in a sentence, for whom does not see it. */
  summary: string;
  note?: ReactNode;
  /** What a row is: the head of the first column of the table. */
  rowTitle: string;
  busy?: boolean;
}

/** A bar chart that can be read as a table too. */
export function ChartPanel({ title, summary, note, rowTitle, busy, ...data }: ChartPanelProps) {
  const [asTable, setAsTable] = useState(false);
  const other = asTable ? "Show as chart" : "Show as table";
  return (
    <Panel
      title={title}
      note={note}
      action={
        <Tooltip label={other}>
          <ActionIcon onClick={() => setAsTable(!asTable)} aria-label={`${title}: ${other.toLowerCase()}`}>
            {asTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      }
    >
      {asTable ? (
        <ChartTable {...data} title={title} rowTitle={rowTitle} />
      ) : (
        <div className={classes.body} role="img" aria-label={summary} style={{ opacity: busy ? 0.5 : undefined }}>
          <Suspense fallback={<Skeleton h={height - 12} m="0 0 12px 12px" w="auto" />}>
            <BarChart {...data} height={height} />
          </Suspense>
        </div>
      )}
    </Panel>
  );
}

export function ChartPanelSkeleton({ title }: { title: string }) {
  return (
    <Panel title={title}>
      <div className={classes.body}>
        <Skeleton h={height - 12} m="0 0 12px 12px" w="auto" />
      </div>
    </Panel>
  );
}

function ChartTable({ rows, series, format, title, rowTitle }: ChartData & { title: string; rowTitle: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={classes.table} style={{ height: height + 16 }} tabIndex={0} aria-label={`${title}, table`}>
      <Table stickyHeader verticalSpacing={4} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{rowTitle}</Table.Th>
            {series.map(({ key, label }) => (
              <Table.Th key={key} className={classes.number}>
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.toReversed().map((row) => (
            <Table.Tr key={row.key}>
              <Table.Td>{row.label}</Table.Td>
              {series.map(({ key }) => (
                <Table.Td key={key} className={classes.number}>
                  {format(Number(row[key]))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
