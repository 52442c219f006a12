import type { Metric } from "../../core/metric.ts";
import { synth } from "../../stacks/synth.fixture.ts";
import { assumed, prices, standing } from "../prices.ts";
import { priceOfUse, startMeter } from "../support/meter.ts";
import { dollars, priceRow, type Row } from "../support/row.ts";

const most = 3;
const sweepsPerMonth = 730 * 60;
/** What a sweep tells of when nothing goes on; other metrics are told, and paid, only in the hours that have something to tell. */
const quietMetrics: Metric[] = ["RunsStuck"];
interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** A month in which nobody does anything: what stands there, and the minute's sweep. */
export default async function idleBill(): Promise<Row[]> {
  const templates = synth().all.map((template) => template.toJSON() as Template);
  const resources = templates.flatMap((template) => Object.values(template.Resources));
  const byType = new Map<string, number>();
  for (const { Type } of resources) byType.set(Type, (byType.get(Type) ?? 0) + 1);
  const unknown = [...byType.keys()].filter((type) => standing[type] === undefined);
  if (unknown.length > 0) throw new Error(`No price is noted for ${unknown.join(", ")}: see bench/prices.ts.`);
  const parts: [string, number][] = [...byType]
    .map(([type, count]): [string, number] => [`${count} × ${type}`, count * (standing[type] ?? 0)])
    .filter(([, cost]) => cost > 0);
  parts.push([`${quietMetrics.length} metric of our own`, quietMetrics.length * prices.cloudwatch.metricMonth]);
  parts.push(["two images", assumed.imageGigabytes * prices.ecr.gigabyteMonth]);
  parts.push([`${sweepsPerMonth.toLocaleString("en")} sweeps`, sweepsPerMonth * (await priceOfSweep())]);
  const sum = parts.reduce((total, [, cost]) => total + cost, 0);
  return [
    priceRow("idle bill, a month", sum, most, [
      parts.map(([what, cost]) => `${what} ${dollars(cost)}`).join("; "),
      `However many workspaces there are: what they keep is in rows. Prices of ${prices.seen}, no free tier counted. Of ${resources.length} resources the others cost nothing while idle.`,
    ]),
  ];
}

async function priceOfSweep(): Promise<number> {
  const meter = await startMeter();
  const rounds = 30;
  for (let n = 0; n < 10; n++) await meter.deployment.invoke("sweeper", {});
  meter.reset();
  for (let n = 0; n < rounds; n++) await meter.deployment.invoke("sweeper", {});
  const cost = Object.values(priceOfUse(meter.used())).reduce((sum, part) => sum + part, 0);
  await meter.close();
  return cost / rounds + prices.scheduler.invocation;
}
