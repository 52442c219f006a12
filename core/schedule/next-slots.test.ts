import { expect, it } from "vitest";
import { nextSlots } from "./next-slots.ts";

const slots = (expression: string, timezone: string, from: string, count: number) =>
  nextSlots({ type: "cron", expression, timezone, preset: null }, { from: new Date(from), count }).map((slot) =>
    slot.toISOString().replace(":00.000Z", "Z"),
  );

it("slots come strictly after the given instant", () => {
  expect(slots("*/15 * * * *", "UTC", "2027-01-01T09:15:00Z", 2)).toEqual(["2027-01-01T09:30Z", "2027-01-01T09:45Z"]);
  expect(slots("*/15 * * * *", "UTC", "2027-01-01T09:14:59.999Z", 1)).toEqual(["2027-01-01T09:15Z"]);
});

it("the hour is the one of the time zone, in winter and in summer", () => {
  expect(slots("0 9 1 1,7 *", "Europe/Stockholm", "2027-01-01T00:00:00Z", 2)).toEqual([
    "2027-01-01T08:00Z",
    "2027-07-01T07:00Z",
  ]);
  expect(slots("0 9 * * *", "Asia/Kathmandu", "2027-01-01T00:00:00Z", 1)).toEqual(["2027-01-01T03:15Z"]);
});

it("the day is the one of the time zone", () => {
  // Monday 00:30 in Auckland is still Sunday in UTC.
  expect(slots("30 0 * * 1", "Pacific/Auckland", "2027-06-01T00:00:00Z", 1)).toEqual(["2027-06-06T12:30Z"]);
});

it("day of month and weekday mean either", () => {
  expect(slots("0 0 13 * 5", "UTC", "2027-08-01T00:00:00Z", 4)).toEqual([
    "2027-08-06T00:00Z",
    "2027-08-13T00:00Z",
    "2027-08-20T00:00Z",
    "2027-08-27T00:00Z",
  ]);
  expect(slots("0 0 10 * 5", "UTC", "2027-08-06T00:00:00Z", 2)).toEqual(["2027-08-10T00:00Z", "2027-08-13T00:00Z"]);
});

it("a local time that the clocks skip fires nothing that day", () => {
  // Los Angeles goes from 02:00 to 03:00 on 14 March 2027.
  expect(slots("30 2 * * *", "America/Los_Angeles", "2027-03-13T00:00:00Z", 2)).toEqual([
    "2027-03-13T10:30Z",
    "2027-03-15T09:30Z",
  ]);
  expect(slots("*/30 * * * *", "America/Los_Angeles", "2027-03-14T09:00:00Z", 3)).toEqual([
    "2027-03-14T09:30Z",
    "2027-03-14T10:00Z",
    "2027-03-14T10:30Z",
  ]);
});

it("a local time that the clocks show twice fires once, before the shift", () => {
  // Los Angeles goes from 02:00 back to 01:00 on 7 November 2027, at 09:00 UTC.
  expect(slots("30 1 * * *", "America/Los_Angeles", "2027-11-07T00:00:00Z", 2)).toEqual([
    "2027-11-07T08:30Z",
    "2027-11-08T09:30Z",
  ]);
  expect(slots("30 1 * * *", "America/Los_Angeles", "2027-11-07T09:10:00Z", 1)).toEqual(["2027-11-08T09:30Z"]);
  expect(slots("*/30 * * * *", "America/Los_Angeles", "2027-11-07T08:00:00Z", 3)).toEqual([
    "2027-11-07T08:30Z",
    "2027-11-07T10:00Z",
    "2027-11-07T10:30Z",
  ]);
});

it("Lord Howe Island moves its clocks by half an hour", () => {
  // 3 October 2027: 02:00 becomes 02:30. 4 April 2027: 02:00 becomes 01:30.
  expect(slots("15,45 2 3 10 *", "Australia/Lord_Howe", "2027-10-01T00:00:00Z", 1)).toEqual(["2027-10-02T15:45Z"]);
  expect(slots("15,45 1 4 4 *", "Australia/Lord_Howe", "2027-04-01T00:00:00Z", 2)).toEqual([
    "2027-04-03T14:15Z",
    "2027-04-03T14:45Z",
  ]);
});

it("Samoa had no 30 December 2011", () => {
  expect(slots("0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 2)).toEqual([
    "2011-12-29T22:00Z",
    "2011-12-30T22:00Z",
  ]);
  expect(slots("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", 1)).toEqual(["2012-12-29T22:00Z"]);
});

it("a midnight that the clocks skip fires nothing that day", () => {
  // Beirut goes from 00:00 to 01:00 on 28 March 2027.
  expect(slots("0 0 27-29 3 *", "Asia/Beirut", "2027-03-25T00:00:00Z", 2)).toEqual([
    "2027-03-26T22:00Z",
    "2027-03-28T21:00Z",
  ]);
});

it("a date that a month lacks takes nothing from the next month", () => {
  expect(slots("0 0 1,31 * *", "UTC", "2027-02-02T00:00:00Z", 2)).toEqual(["2027-03-01T00:00Z", "2027-03-31T00:00Z"]);
});

it("29 February comes every fourth year, and not in 2100", () => {
  expect(slots("0 0 29 2 *", "UTC", "2090-01-01T00:00:00Z", 3)).toEqual([
    "2092-02-29T00:00Z",
    "2096-02-29T00:00Z",
    "2104-02-29T00:00Z",
  ]);
});

it("slots end with the year 2199", () => {
  expect(slots("0 0 29 2 *", "Europe/Stockholm", "2190-01-01T00:00:00Z", 9)).toEqual([
    "2192-02-28T23:00Z",
    "2196-02-28T23:00Z",
  ]);
});

it("a once has its instant until it is past, a manual schedule none", () => {
  const once = { type: "once", at: "2027-01-31T09:00:00.000Z", timezone: "Europe/Stockholm" } as const;
  const at = new Date(once.at);
  expect(nextSlots(once, { from: new Date("2027-01-31T08:59:59Z"), count: 5 })).toEqual([at]);
  expect(nextSlots(once, { from: at, count: 5 })).toEqual([]);
  expect(nextSlots({ type: "manual" }, { from: at, count: 5 })).toEqual([]);
});

it("no slots are wanted, none are given", () => {
  expect(slots("* * * * *", "UTC", "2027-01-01T00:00:00Z", 0)).toEqual([]);
});
