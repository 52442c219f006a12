import { costQuery } from "../../../contract/cost.ts";
import { fieldsOf } from "../../../contract/error.ts";

export const periods = ["this-month", "last-month", "7-days", "30-days", "90-days"] as const;
export type Period = (typeof periods)[number];

export const periodLabels: Record<Period | "custom", string> = {
  "this-month": "This month",
  "last-month": "Last month",
  "7-days": "Last 7 days",
  "30-days": "Last 30 days",
  "90-days": "Last 90 days",
  custom: "Custom",
};

export interface Days {
  from: string;
  to: string;
}

const dayMs = 86_400_000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The days of a period in UTC, both included. A period that goes on ends today. */
export function daysOf(period: Period, now: number): Days {
  const today = new Date(now);
  const month = (offset: number) => Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + offset, 1);
  const last = (days: number): Days => ({ from: dayOf(now - (days - 1) * dayMs), to: dayOf(now) });
  switch (period) {
    case "this-month":
      return { from: dayOf(month(0)), to: dayOf(now) };
    case "last-month":
      return { from: dayOf(month(-1)), to: dayOf(month(0) - dayMs) };
    case "7-days":
      return last(7);
    case "30-days":
      return last(30);
    case "90-days":
      return last(90);
  }
}

/** What the address asks for: days of its own where they are in order, else a named period, else this month. */
export function chosenPeriod(
  search: { period?: Period | undefined; from?: string | undefined; to?: string | undefined },
  now: number,
): Days & { period: Period | "custom" } {
  const own = costQuery.safeParse({ from: search.from, to: search.to });
  if (own.success) return { ...own.data, period: "custom" };
  const period = search.period ?? "this-month";
  return { ...daysOf(period, now), period };
}

/** What is wrong with days as they are typed, by field. */
export function dayFaults(days: Days): Partial<Record<keyof Days, string>> {
  const parsed = costQuery.safeParse(days);
  return parsed.success ? {} : fieldsOf(parsed.error);
}
