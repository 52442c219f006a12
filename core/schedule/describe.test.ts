import * as fc from "fast-check";
import { expect, it } from "vitest";
import { expression as anyExpression, instant as anyInstant, zone as anyZone } from "./cron.arbitrary.ts";
import { describe } from "./describe.ts";
import { ScheduleError } from "./error.ts";
import { nextSlots } from "./next-slots.ts";
import { DAY } from "./wall-clock.ts";

const words = (expression: string, timezone = "Europe/Stockholm") =>
  describe({ type: "cron", expression, timezone, preset: null });

it.each([
  ["*/15 * * * *", "Every 15 minutes"],
  ["0 * * * *", "Every hour"],
  ["@hourly", "Every hour"],
  ["*/60 * * * *", "Every hour"],
  ["*,5 * * * *", "Every minute"],
  ["30 * * * *", "Every hour from 00:30 to 23:30"],
  ["*/59 * * * *", "At minutes 0 and 59 of every hour"],
  ["*/7 * * * *", "At minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour"],
  ["*/7 9 * * *", "Every 7 minutes from 09:00 to 09:56 (Europe/Stockholm)"],
  ["0 */5 * * *", "At 00:00, 05:00, 10:00, 15:00 and 20:00 (Europe/Stockholm)"],
  ["0 */2 * * *", "Every 2 hours from 00:00 to 22:00 (Europe/Stockholm)"],
  ["30 8-18 * * *", "Every hour from 08:30 to 18:30 (Europe/Stockholm)"],
  ["*/10 8,18 * * *", "Every 10 minutes in the hours 08 and 18 (Europe/Stockholm)"],
  ["* 8 * * *", "Every minute from 08:00 to 08:59 (Europe/Stockholm)"],
  ["10 0-2,5-9 * * *", "At minute 10 of the hours 00 through 02 and 05 through 09 (Europe/Stockholm)"],
  ["0 9 * * *", "At 09:00 (Europe/Stockholm)"],
  ["0 9 * * 1-5", "At 09:00, Monday through Friday (Europe/Stockholm)"],
  ["0 9 * * 1", "At 09:00, only on Monday (Europe/Stockholm)"],
  ["0 0 * * 5-7", "At 00:00, Friday through Sunday (Europe/Stockholm)"],
  ["0 0 * * */2", "At 00:00, only on Tuesday, Thursday, Saturday and Sunday (Europe/Stockholm)"],
  ["0 0 * * 7,0", "At 00:00, only on Sunday (Europe/Stockholm)"],
  ["0 0 * * 0-7", "At 00:00 (Europe/Stockholm)"],
  ["*/10 8-18 * * 1-5", "Every 10 minutes from 08:00 to 18:50, Monday through Friday (Europe/Stockholm)"],
  ["0 9 1 * *", "At 09:00, on day 1 of the month (Europe/Stockholm)"],
  ["0 9 */10 * *", "At 09:00, on days 1, 11, 21 and 31 of the month (Europe/Stockholm)"],
  ["0 9 1 1-12/5 *", "At 09:00, on day 1 of the month, only in January, June and November (Europe/Stockholm)"],
  ["0 9 1 * 1", "At 09:00, on day 1 of the month or on Monday (Europe/Stockholm)"],
  [
    "0 9 1,15 2 1-3",
    "At 09:00, on days 1 and 15 of the month or Monday through Wednesday, only in February (Europe/Stockholm)",
  ],
])("%s reads: %s", (expression, text) => {
  expect(words(expression)).toBe(text);
});

it("the zone of an hourly schedule is named where its clocks are not at the full hour of UTC", () => {
  expect(words("0 * * * *", "Asia/Kolkata")).toBe("Every hour (Asia/Kolkata)");
  expect(words("*/30 * * * *", "Asia/Kolkata")).toBe("Every 30 minutes");
  expect(words("0 * * * *", "Australia/Lord_Howe")).toBe("Every hour (Australia/Lord_Howe)");
});

it("a once names its local date and time", () => {
  expect(describe({ type: "once", at: "2027-03-05T08:00:00.000Z", timezone: "Europe/Stockholm" })).toBe(
    "Once, on 5 March 2027 at 09:00 (Europe/Stockholm)",
  );
  expect(describe({ type: "once", at: "2027-03-05T08:00:30.000Z", timezone: "UTC" })).toBe(
    "Once, on 5 March 2027 at 08:00:30 (UTC)",
  );
});

it("a once at a time that the clocks show twice says which of the two", () => {
  const text = (at: string) => describe({ type: "once", at, timezone: "Europe/Stockholm" });
  expect(text("2027-10-31T00:30:00Z")).toBe("Once, on 31 October 2027 at 02:30 (Europe/Stockholm, UTC+02:00)");
  expect(text("2027-10-31T01:30:00Z")).toBe("Once, on 31 October 2027 at 02:30 (Europe/Stockholm, UTC+01:00)");
});

it("the words of two instants of a zone are never the same", () => {
  fc.assert(
    fc.property(anyInstant, fc.constantFrom(-120, -60, -30, -1, 1, 30, 60, 120), anyZone, (at, minutes, timezone) => {
      const text = (instant: number) => describe({ type: "once", at: new Date(instant).toISOString(), timezone });
      expect(text(at)).not.toBe(text(at + minutes * 60_000));
    }),
  );
});

it("a manual schedule says so", () => {
  expect(describe({ type: "manual" })).toBe("Only when someone runs it");
});

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [..."JanFebMarAprMayJunJulAugSepOctNovDec".matchAll(/.../g)].map(([name]) => name);

/** The values that "1 through 3, 7 and 9" stands for. */
function listed(text: string, value: (word: string) => number, cycle = 60): number[] {
  return text.split(/, | and /).flatMap((item) => {
    const [from = "", to = from] = item.split(" through ");
    const [first, last] = [value(from), value(to)];
    return Array.from({ length: ((last - first + cycle) % cycle) + 1 }, (_, index) => (first + index) % cycle);
  });
}

const minuteOfDay = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const weekday = (word: string) => WEEKDAYS.indexOf(word);

const daysAndMonths =
  /^(.+?)(?:, ((?:only on |on days? |(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day through )(?:(?!only in).)+?))?(?:, only in (.+))?$/;

/** The slots of one day, in minutes, that somebody expects who reads the words and knows nothing else. */
function readerOf(text: string): (day: Date) => number[] {
  const [, times = "", days, months] = daysAndMonths.exec(text.replace(/ \([^)]+\)$/, "")) ?? [];
  const expected = timesIn(times);
  const isMonth = (day: Date) => months === undefined || listed(months, monthOf, 12).includes(day.getUTCMonth());
  return (day) => (isMonth(day) && (days === undefined || isDay(days, day)) ? expected : []);
}

const monthOf = (word: string) => MONTHS.indexOf(word.slice(0, 3));

function timesIn(text: string): number[] {
  const [, count = "1", unit, from = "00:00", to = "23:59", inHours = "every hour"] =
    /^Every (?:(\d+) )?(minute|hour)s?(?: from (\S+) to (\S+)| in (.+))?$/.exec(text) ?? [];
  if (unit) {
    const step = Number(count) * (unit === "hour" ? 60 : 1);
    // A reader takes a step without a beginning to go on for ever.
    if (!text.includes("from")) expect(60 % step).toBe(0);
    const [first, last] = [minuteOfDay(from), minuteOfDay(to)];
    const times = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
    return times.filter((time) => hoursIn(inHours).includes(Math.floor(time / 60)));
  }
  const [, minutes, of = ""] = /^At minutes? (.+) of (every hour|the hours? .+)$/.exec(text) ?? [];
  if (minutes) return hoursIn(of).flatMap((hour) => listed(minutes, Number).map((minute) => hour * 60 + minute));
  return text
    .replace("At ", "")
    .split(/, | and /)
    .map(minuteOfDay);
}

function hoursIn(text: string): number[] {
  return listed(text === "every hour" ? "00 through 23" : text.replace(/^the hours? /, ""), Number);
}

function isDay(text: string, at: Date): boolean {
  const [, dates, or] = /^on days? (.+) of the month(?: or (?:on )?(.+))?$/.exec(text) ?? [];
  const weekdays = dates === undefined ? text.replace("only on ", "") : or;
  const isDate = dates !== undefined && listed(dates, Number).includes(at.getUTCDate());
  return isDate || (weekdays !== undefined && listed(weekdays, weekday, 7).includes(at.getUTCDay()));
}

it("who knows only the words expects every slot and no other", () => {
  fc.assert(
    fc.property(anyExpression, anyInstant, (expression, from) => {
      const schedule = { type: "cron", expression, timezone: "UTC", preset: null } as const;
      let text: string;
      try {
        text = describe(schedule);
      } catch (error) {
        if (error instanceof ScheduleError) return;
        throw error;
      }
      const read = readerOf(text);
      const slots = nextSlots(schedule, { from: new Date(from), count: 20 }).map((slot) => slot.getTime());
      const expected: number[] = [];
      const end = slots.at(-1) ?? from;
      for (let day = Math.floor(from / DAY) * DAY; day <= end; day += DAY) {
        const times = read(new Date(day)).map((minute) => day + minute * 60_000);
        expected.push(...times.filter((time) => time > from && time <= end));
      }
      expect(expected, text).toEqual(slots);
    }),
    { numRuns: 300 },
  );
});
