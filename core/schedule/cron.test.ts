import { CronPattern } from "croner";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expression } from "./cron.arbitrary.ts";
import { parseCron } from "./cron.ts";
import { ScheduleError } from "./error.ts";

function messageOf(text: string): string {
  try {
    parseCron(text);
  } catch (error) {
    if (error instanceof ScheduleError && error.field === "expression") return error.message;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe("a cron expression", () => {
  it("is five fields of numbers, lists, ranges and steps", () => {
    expect(parseCron("*/20 9-17/4 1,15 6 *")).toMatchObject({
      minutes: [0, 20, 40],
      hours: [9, 13, 17],
      daysOfMonth: [1, 15],
      months: [6],
      weekdays: null,
    });
  });

  it("takes names in any case", () => {
    expect(parseCron("0 9 * JAN,mar Mon-FRI")).toMatchObject({ months: [1, 3], weekdays: [1, 2, 3, 4, 5] });
  });

  it.each([
    ["0 0 * * 7", [0]],
    ["0 0 * * 5-7", [0, 5, 6]],
    ["0 0 * * FRI-SUN", [0, 5, 6]],
    ["0 0 * * SUN-TUE", [0, 1, 2]],
    ["0 0 * * 5-7/2", [0, 5]],
    ["0 0 * * */2", [0, 2, 4, 6]],
    ["0 0 * * 7,0", [0]],
  ])("%s: 7 is Sunday, as 0 is", (text, weekdays) => {
    expect(parseCron(text).weekdays).toEqual(weekdays);
  });

  it.each([
    ["@hourly", "0 * * * *"],
    ["@daily", "0 0 * * *"],
    ["@midnight", "0 0 * * *"],
    ["@Weekly", "0 0 * * 0"],
    ["@monthly", "0 0 1 * *"],
    ["@yearly", "0 0 1 1 *"],
    [" @annually ", "0 0 1 1 *"],
  ])("%s stands for %s", (macro, written) => {
    expect(parseCron(macro)).toEqual(parseCron(written));
  });

  it.each([
    "0 0 * * *",
    "0 0 */1 * *",
    "0 0 1-31 * *",
    "0 0 * * 0-7",
    "0 0 */31,* * */1",
    "0 0 1-31 * 1",
    "0 0 1 * 0-6",
  ])("%s leaves every day open", (text) => {
    expect(parseCron(text)).toMatchObject({ daysOfMonth: null, weekdays: null });
  });

  it("keeps the weekdays where the dates beside them never come", () => {
    expect(parseCron("0 9 30 2 1")).toMatchObject({ daysOfMonth: null, weekdays: [1] });
  });

  it.each([
    ["60 * * * *", 'Minute must be 0-59, not "60".'],
    ["* 24 * * *", 'Hour must be 0-23, not "24".'],
    ["* * 0 * *", 'Day of month must be 1-31, not "0".'],
    ["* * * 13 *", 'Month must be 1-12 or JAN-DEC, not "13".'],
    ["* * * * 8", 'Weekday must be 0-7 or SUN-SAT, not "8".'],
    ["* * * JANFEB *", 'Month must be 1-12 or JAN-DEC, not "JANFEB".'],
    ["5* * * * *", 'Minute must be 0-59, not "5*".'],
    ["-5 * * * *", 'Minute must be 0-59, not "-5".'],
    ["0 9 * * -1", 'Weekday must be 0-7 or SUN-SAT, not "-1".'],
    ["0 9 --1 * *", 'Day of month must be 1-31, not "--1".'],
    ["/5 * * * *", 'Minute must be 0-59, not "/5".'],
    ["5- * * * *", 'Minute cannot be read: "5-".'],
    ["*/ * * * *", 'Minute cannot be read: "*/".'],
    ["1,,2 * * * *", "Minute has an empty place in its list."],
    ["1-2-3 * * * *", 'Minute cannot be read: "1-2-3".'],
    ["*/5/5 * * * *", 'Minute cannot be read: "*/5/5".'],
    ["*/0 * * * *", 'Minute must have a step of 1-60, not "0".'],
    ["* */25 * * *", 'Hour must have a step of 1-24, not "25".'],
    ["*/x * * * *", 'Minute must have a step of 1-60, not "x".'],
    ["5/15 * * * *", "Minute needs a range before a step: write 5-59/15 instead of 5/15."],
    ["* 22-6 * * *", "Hour has a range that runs backwards: write 22-23,0-6 instead of 22-6."],
    ["* * * * FRI-MON", "Weekday has a range that runs backwards: write 5-6,0-1 instead of FRI-MON."],
    [
      "* * L * *",
      'Day of month has "L", which five-field cron does not know; it takes numbers, lists, ranges and steps.',
    ],
    [
      "* * 15W * *",
      'Day of month has "15W", which five-field cron does not know; it takes numbers, lists, ranges and steps.',
    ],
    [
      "* * ? * 1",
      'Day of month has "?", which five-field cron does not know; it takes numbers, lists, ranges and steps.',
    ],
    ["* * * * 5L", 'Weekday has "5L", which five-field cron does not know; it takes numbers, lists, ranges and steps.'],
    [
      "* * * * MON#1",
      'Weekday has "MON#1", which five-field cron does not know; it takes numbers, lists, ranges and steps.',
    ],
    ["", "A cron expression has five fields (minute, hour, day of month, month, weekday), not 0."],
    ["* * * *", "A cron expression has five fields (minute, hour, day of month, month, weekday), not 4."],
    [
      "0 */5 * * * *",
      "A cron expression has five fields (minute, hour, day of month, month, weekday), not 6; seconds and years are not supported.",
    ],
    [
      "@reboot",
      '"@reboot" is not supported: use one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.',
    ],
    [
      "@constructor",
      '"@constructor" is not supported: use one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.',
    ],
    ["0 0 30 2 *", "Day of month and month name a date that no year has, so this never fires."],
    ["0 0 31 2,4,6,9,11 *", "Day of month and month name a date that no year has, so this never fires."],
  ])("refuses %s and says why", (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  it("names the values croner reads in it", () => {
    fc.assert(
      fc.property(expression, (text) => {
        const theirs = new CronPattern(text, undefined, { mode: "5-part" });
        const fields = text.split(" ");
        const { minutes, hours, months, daysOfMonth, weekdays } = readOrNull(text) ?? {};
        fc.pre(minutes !== undefined);
        expect(minutes).toEqual(valuesOf(theirs.minute, 0));
        expect(hours).toEqual(valuesOf(theirs.hour, 0));
        expect(months).toEqual(valuesOf(theirs.month, 1));
        if (daysOfMonth) expect(daysOfMonth).toEqual(valuesOf(theirs.day, 1));
        if (weekdays) expect(weekdays).toEqual(valuesOf(theirs.dayOfWeek.slice(0, 7), 0));
        if (fields[2] === "*") expect(daysOfMonth).toBeNull();
        if (fields[4] === "*") expect(weekdays).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it("is never read with another error than ScheduleError", () => {
    const junk = fc.string({ unit: fc.constantFrom(..."0123456789*/,-?LW# @aJNMO"), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(junk, fc.string()), (text) => {
        expect(() => readOrNull(text)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

function readOrNull(text: string) {
  try {
    return parseCron(text);
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
}

const valuesOf = (flags: number[], first: number) => flags.flatMap((flag, index) => (flag ? [index + first] : []));
