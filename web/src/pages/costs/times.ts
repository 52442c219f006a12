import type { CostAmounts, CostReport } from "../../../../contract/cost.ts";
import { formatDay, formatMonth } from "../../format/instant.ts";

/** The report over time: its days, or its months where it is too long for days. */
export function timesOf({ byDay, byMonth }: CostReport): (CostAmounts & { key: string; name: string })[] {
  if (byDay.length > 0) return byDay.map(({ day, ...amounts }) => ({ key: day, name: formatDay(day), ...amounts }));
  return byMonth.map(({ month, ...amounts }) => ({ key: month, name: formatMonth(month), ...amounts }));
}
