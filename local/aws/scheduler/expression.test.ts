import { describe, expect, it } from "vitest";
import { nextSlots, parseScheduleExpression } from "./expression.ts";

const slots = (expression: string, from: string, count: number, zone = "UTC") =>
  nextSlots(expression, zone, new Date(from), count).map((slot) => slot.toISOString().slice(0, 16));

describe("a cron expression", () => {
  it("counts weekdays from Sunday = 1 and takes names in any case", () => {
    const byNumber = slots("cron(0 9 ? * 2-6 *)", "2026-03-06T00:00:00Z", 3);
    expect(byNumber).toEqual(["2026-03-06T09:00", "2026-03-09T09:00", "2026-03-10T09:00"]);
    expect(slots("cron(0 9 ? * mon-FRI *)", "2026-03-06T00:00:00Z", 3)).toEqual(byNumber);
  });

  it("steps from a start, through a range and over everything", () => {
    expect(slots("cron(5/20 * * * ? *)", "2026-01-01T00:00:00Z", 3)).toEqual([
      "2026-01-01T00:05",
      "2026-01-01T00:25",
      "2026-01-01T00:45",
    ]);
    expect(slots("cron(0 8-12/2 * * ? *)", "2026-01-01T08:00:00Z", 2)).toEqual([
      "2026-01-01T10:00",
      "2026-01-01T12:00",
    ]);
    expect(slots("cron(0 0 1 */6 ? *)", "2026-01-01T00:00:00Z", 2)).toEqual(["2026-07-01T00:00", "2027-01-01T00:00"]);
  });

  it("knows the last day of a month, the last weekday of a month and the nth weekday", () => {
    expect(slots("cron(0 0 L * ? *)", "2028-02-01T00:00:00Z", 2)).toEqual(["2028-02-29T00:00", "2028-03-31T00:00"]);
    expect(slots("cron(0 0 ? * 6L *)", "2026-03-01T00:00:00Z", 2)).toEqual(["2026-03-27T00:00", "2026-04-24T00:00"]);
    expect(slots("cron(0 0 ? * TUE#2 *)", "2026-03-01T00:00:00Z", 2)).toEqual(["2026-03-10T00:00", "2026-04-14T00:00"]);
    expect(slots("cron(0 0 ? * 1#5 *)", "2026-03-01T00:00:00Z", 2)).toEqual(["2026-03-29T00:00", "2026-05-31T00:00"]);
    expect(slots("cron(0 0 ? * L *)", "2026-03-01T00:00:00Z", 1)).toEqual(["2026-03-07T00:00"]);
  });

  it("moves W to the nearest working day without leaving the month", () => {
    expect(slots("cron(0 0 1W * ? *)", "2026-02-01T00:00:00Z", 1)).toEqual(["2026-02-02T00:00"]);
    expect(slots("cron(0 0 1W 8 ? *)", "2026-07-30T00:00:00Z", 1)).toEqual(["2026-08-03T00:00"]);
    expect(slots("cron(0 0 15W 8 ? *)", "2026-07-30T00:00:00Z", 1)).toEqual(["2026-08-14T00:00"]);
    expect(slots("cron(0 0 31W 5 ? *)", "2026-05-01T00:00:00Z", 1)).toEqual(["2026-05-29T00:00"]);
  });

  it("ends with its years and has no slot on a day that never comes", () => {
    expect(slots("cron(0 0 1 1 ? 2026-2027)", "2026-06-01T00:00:00Z", 5)).toEqual(["2027-01-01T00:00"]);
    expect(slots("cron(0 0 30 2 ? *)", "2026-01-01T00:00:00Z", 1)).toEqual([]);
  });

  it.each([
    "cron(0 9 * * * *)",
    "cron(0 9 ? * ? *)",
    "cron(0 9 1 * 2 *)",
    "cron(0 9 * * ?)",
    "cron(60 9 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 9 0 * ? *)",
    "cron(0 9 ? * 0 *)",
    "cron(0 9 ? * 8 *)",
    "cron(0 9 ? * 2/2 *)",
    "cron(0 9 ? * MON#6 *)",
    "cron(0 9 ? * 2#1,3#1 *)",
    "cron(*/0 9 * * ? *)",
    "cron(5-1 9 * * ? *)",
    "cron(0 9 * * ? 1969)",
    "cron(, 9 * * ? *)",
    "rate(0 minutes)",
    "rate(5 weeks)",
    "rate(1.5 hours)",
    "at(2026-02-30T00:00:00)",
    "at(2026-02-03T24:00:00)",
    "at(2026-02-03 10:00:00)",
    "* * * * *",
  ])("is refused as %s", (expression) => {
    expect(parseScheduleExpression(expression)).toBeUndefined();
    expect(() => nextSlots(expression, "UTC", new Date(0), 1)).toThrow(RangeError);
  });
});

describe("a time zone", () => {
  it("skips a local time that the clock skips", () => {
    expect(slots("cron(30 2 * * ? *)", "2026-03-28T00:00:00Z", 3, "Europe/Berlin")).toEqual([
      "2026-03-28T01:30",
      "2026-03-30T00:30",
      "2026-03-31T00:30",
    ]);
    expect(slots("at(2026-03-08T02:30:00)", "2026-03-01T00:00:00Z", 1, "America/New_York")).toEqual([]);
  });

  it("has a repeated local time once, the first time", () => {
    expect(slots("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
    expect(slots("cron(0 * * * ? *)", "2026-10-24T23:00:00Z", 3, "Europe/Berlin")).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T02:00",
      "2026-10-25T03:00",
    ]);
  });

  it("of half an hour's shift is handled to the minute", () => {
    expect(slots("cron(0/15 2 * * ? *)", "2026-10-03T12:00:00Z", 3, "Australia/Lord_Howe")).toEqual([
      "2026-10-03T15:30",
      "2026-10-03T15:45",
      "2026-10-04T15:00",
    ]);
  });

  it.each(["Mars/Olympus", "+02:00", "", "Europe/Berlin "])("is refused as '%s'", (zone) => {
    expect(() => nextSlots("rate(1 hour)", zone, new Date(0), 1)).toThrow(/time zone/);
  });
});

it("a rate counts from where it is asked, an at has one slot", () => {
  expect(slots("rate(90 minutes)", "2026-01-01T00:10:00Z", 2)).toEqual(["2026-01-01T01:40", "2026-01-01T03:10"]);
  expect(slots("at(2026-06-01T09:00:00)", "2026-01-01T00:00:00Z", 3, "Asia/Tokyo")).toEqual(["2026-06-01T00:00"]);
});
