import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextSlots as awsSlots } from "../../local/aws/scheduler/expression.ts";
import { expression, instant, zone } from "./cron.arbitrary.ts";
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

  it("fires at the slots of the five fields, read by the local Scheduler in every kind of zone", () => {
    fc.assert(
      fc.property(expression, zone, instant, (five, timezone, start) => {
        const from = new Date(start);
        const ours = slotsOrNull(five, timezone, from);
        fc.pre(ours !== null);
        const theirs = toSchedulerExpressions(five).flatMap((six) => awsSlots(six, timezone, from, 30).map(Number));
        const union = [...new Set(theirs)].sort((a, b) => a - b).slice(0, 30);
        expect(ours?.map(Number)).toEqual(union);
      }),
      { numRuns: 1000 },
    );
  });
});

function slotsOrNull(expression: string, timezone: string, from: Date): Date[] | null {
  try {
    return nextSlots({ type: "cron", expression, timezone, preset: null }, { from, count: 30 });
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
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

  it("fires at the very instant of a once, also in the hour that the clocks repeat", () => {
    fc.assert(
      fc.property(zone, instant, (timezone, start) => {
        const at = new Date(start);
        const [form] = schedulerExpressionsOf({ type: "once", at: at.toISOString(), timezone });
        expect(awsSlots(form?.expression ?? "", form?.timezone ?? "", new Date(start - 1), 2)).toEqual([at]);
      }),
    );
  });

  it("is none for a manual one", () => {
    expect(schedulerExpressionsOf({ type: "manual" })).toEqual([]);
  });
});
