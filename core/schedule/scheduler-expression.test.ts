import { Cron } from "croner";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expression } from "./cron.arbitrary.ts";
import { ScheduleError } from "./error.ts";
import { nextSlots } from "./next-slots.ts";
import { schedulerExpressionsOf, toSchedulerExpressions } from "./scheduler-expression.ts";

describe("five fields in the grammar of EventBridge Scheduler", () => {
  it.each([
    ["*/15 * * * *", "cron(0,15,30,45 * * * ? *)"],
    ["0 * * * *", "cron(0 * * * ? *)"],
    ["0 9 * * *", "cron(0 9 * * ? *)"],
    ["0 9 * * 1-5", "cron(0 9 ? * 2-6 *)"],
    ["0 9 * * 1", "cron(0 9 ? * 2 *)"],
    ["@weekly", "cron(0 0 ? * 1 *)"],
    ["5-59/10 * * * *", "cron(5,15,25,35,45,55 * * * ? *)"],
    ["0 0 */7 * *", "cron(0 0 1,8,15,22,29 * ? *)"],
    ["0 0 * * 5-7", "cron(0 0 ? * 1,6,7 *)"],
    ["0 0 * * 6,0", "cron(0 0 ? * 1,7 *)"],
    ["0 0 * * FRI-SUN", "cron(0 0 ? * 1,6,7 *)"],
    ["30 8-18/2 * JAN-JUN MON,WED", "cron(30 8,10,12,14,16,18 ? 1-6 2,4 *)"],
    ["0-59 0-23 1-31 1-12 *", "cron(* * * * ? *)"],
  ])("%s is %s", (five, six) => {
    expect(toSchedulerExpressions(five)).toEqual([six]);
  });

  it("takes two expressions for a day of month and a weekday, because cron fires on either", () => {
    expect(toSchedulerExpressions("0 9 1,15 2 1")).toEqual(["cron(0 9 1,15 2 ? *)", "cron(0 9 ? 2 2 *)"]);
  });

  it("takes one where one of the two is every day, or never comes", () => {
    expect(toSchedulerExpressions("0 9 1-31 * 1")).toEqual(["cron(0 9 * * ? *)"]);
    expect(toSchedulerExpressions("0 9 30 2 1")).toEqual(["cron(0 9 ? 2 2 *)"]);
  });

  it("stays within the 256 characters of ScheduleExpression for the widest lists there are", () => {
    const pairs = (first: number, last: number) => {
      const values = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      return values.filter((value) => (value - first) % 3 < 2).join(",");
    };
    const widest = `${pairs(0, 59)} ${pairs(0, 23)} ${pairs(1, 31)} ${pairs(1, 12)} ${pairs(0, 6)}`;
    for (const one of toSchedulerExpressions(widest)) expect(one.length).toBeLessThanOrEqual(256);
  });

  it("names the slots of the five fields, as croner reads its Quartz-like form", () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 2000, max: 2040 }), (five, year) => {
        const from = new Date(Date.UTC(year, 0, 1));
        const theirs = slotsOrNull(five, from);
        fc.pre(theirs !== null);
        expect(unionOf(toSchedulerExpressions(five), from, 20)).toEqual(theirs);
      }),
      { numRuns: 150 },
    );
  });
});

function slotsOrNull(five: string, from: Date): Date[] | null {
  try {
    return nextSlots({ type: "cron", expression: five, timezone: "UTC", preset: null }, { from, count: 20 });
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
}

function unionOf(expressions: string[], from: Date, count: number): Date[] {
  const instants = expressions.flatMap((six) => {
    const fields = six.slice("cron(".length, -1);
    const options = { mode: "7-part", alternativeWeekdays: true, timezone: "Etc/UTC", paused: true } as const;
    return new Cron(`0 ${fields}`, options).nextRuns(count, from).map(Number);
  });
  return [...new Set(instants)]
    .sort((a, b) => a - b)
    .slice(0, count)
    .map((instant) => new Date(instant));
}

describe("a schedule for EventBridge Scheduler", () => {
  it("carries the time zone of a cron", () => {
    const schedule = { type: "cron", expression: "0 9 * * *", timezone: "Asia/Kolkata", preset: null } as const;
    expect(schedulerExpressionsOf(schedule)).toEqual([{ expression: "cron(0 9 * * ? *)", timezone: "Asia/Kolkata" }]);
  });

  it("is an instant in UTC for a once", () => {
    const schedule = { type: "once", at: "2027-10-31T01:30:05.000Z", timezone: "Europe/Stockholm" } as const;
    expect(schedulerExpressionsOf(schedule)).toEqual([{ expression: "at(2027-10-31T01:30:05)", timezone: "UTC" }]);
  });

  it("is none for a manual one", () => {
    expect(schedulerExpressionsOf({ type: "manual" })).toEqual([]);
  });
});
