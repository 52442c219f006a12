import { expect, test } from "vitest";
import { chosenPeriod, dayFaults, daysOf } from "./period.ts";

const now = Date.parse("2027-03-31T23:30:00Z");

test.each([
  ["this-month", "2027-03-01", "2027-03-31"],
  ["last-month", "2027-02-01", "2027-02-28"],
  ["7-days", "2027-03-25", "2027-03-31"],
  ["30-days", "2027-03-02", "2027-03-31"],
  ["90-days", "2027-01-01", "2027-03-31"],
] as const)("%s is %s to %s in UTC", (period, from, to) => {
  expect(daysOf(period, now)).toEqual({ from, to });
});

test("last month in January is December of the year before", () => {
  expect(daysOf("last-month", Date.parse("2027-01-01T00:00:00Z"))).toEqual({ from: "2026-12-01", to: "2026-12-31" });
});

test("days of one's own go before a named period, and days that are not in order count for nothing", () => {
  const own = { from: "2027-01-05", to: "2027-01-06" };
  expect(chosenPeriod({ ...own, period: "7-days" }, now)).toEqual({ ...own, period: "custom" });
  expect(chosenPeriod({ from: own.to, to: own.from, period: "7-days" }, now).period).toBe("7-days");
  expect(chosenPeriod({ from: own.from }, now).period).toBe("this-month");
});

test("days that are not in order, or too many, are told at the field", () => {
  expect(dayFaults({ from: "2027-01-02", to: "2027-01-01" })).toEqual({ to: "must not be before from" });
  expect(dayFaults({ from: "2024-01-01", to: "2027-01-01" })).toEqual({ to: "must be at most 1096 days after from" });
  expect(dayFaults({ from: "", to: "2027-01-01" })).toHaveProperty("from");
  expect(dayFaults({ from: "2027-01-01", to: "2027-01-01" })).toEqual({});
});
