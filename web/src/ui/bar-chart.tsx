import "@mantine/charts/styles.css";
import { BarChart as Bars } from "@mantine/charts";
import classes from "./chart.module.css";
import type { ChartData } from "./chart-data.ts";

/** The drawing itself, in a file of its own because the library behind it is large. Its words stand in the panel. */
export default function BarChart({ rows, series, format, height }: ChartData & { height: number }) {
  return (
    <Bars
      h={height}
      data={rows}
      dataKey="label"
      type="stacked"
      series={series.map(({ key, label, tone }) => ({ name: key, label, color: `var(--chart-${tone})` }))}
      valueFormatter={format}
      className={classes.chart}
      accessibilityLayer={false}
      withLegend={series.length > 1}
      legendProps={{ verticalAlign: "bottom", height: 28, itemSorter: null }}
      tickLine="none"
      strokeDasharray="2 4"
      maxBarWidth={28}
      xAxisProps={{ interval: "equidistantPreserveStart", minTickGap: 24, tickMargin: 8 }}
      yAxisProps={{
        width: axisWidth({ rows, series, format }),
        allowDecimals: !series.every(({ whole }) => whole),
        tickCount: 4,
      }}
      tooltipProps={{ isAnimationActive: false }}
    />
  );
}

/** Room for the widest figure at the axis, in pixels: its ticks go a little above the highest bar. */
function axisWidth({ rows, series, format }: ChartData): number {
  const highest = Math.max(0, ...rows.map((row) => series.reduce((sum, { key }) => sum + Number(row[key]), 0)));
  return 24 + 7 * Math.max(format(highest).length, 3);
}
