import { Cron } from "croner";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { dailyExpression, expression, instant, zone, zones } from "./cron.arbitrary.ts";
import { parseCron } from "./cron.ts";
import { ScheduleError } from "./error.ts";
import { lastSlots, nextSlots } from "./next-slots.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const slotsOf = (text: string, timezone: string, from: Date, count: number) =>
  nextSlots({ type: "cron", expression: text, timezone, preset: null }, { from, count }).map(Number);

const isAccepted = (text: string) => {
  try {
    return parseCron(text) !== null;
  } catch (error) {
    if (error instanceof ScheduleError) return false;
    throw error;
  }
};

const formatters = new Map(
  zones.map((name) => [
    name,
    new Intl.DateTimeFormat("sv-SE", { timeZone: name, dateStyle: "short", timeStyle: "short", hourCycle: "h23" }),
  ]),
);
/** `2027-03-28 02:30` */
const localText = (instant: number, timezone: string) => formatters.get(timezone)?.format(instant) ?? "";

/** Whether the clocks have shown this local time before: no shift back is known that is longer than a day. */
function isRepeat(instant: number, timezone: string): boolean {
  const shown = localText(instant, timezone);
  for (let shift = 15 * MINUTE; shift <= 24 * HOUR; shift += 15 * MINUTE) {
    if (localText(instant - shift, timezone) === shown) return true;
  }
  return false;
}

function fits(text: string, local: string): boolean {
  const { minutes, hours } = parseCron(text);
  return hours.includes(Number(local.slice(11, 13))) && minutes.includes(Number(local.slice(14, 16)));
}

/** croner 11 looks for the 31st of February, lands on 3 March and loses the days before: not a case to compare. */
function cronerLosesDays(text: string): boolean {
  const { daysOfMonth } = parseCron(text);
  return Boolean(daysOfMonth?.some((day) => day >= 30) && daysOfMonth.some((day) => day <= 2));
}

it("the slots are croner's, but for those it moves out of a skipped hour or repeats", () => {
  const comparable = expression.filter((text) => isAccepted(text) && !cronerLosesDays(text));
  fc.assert(
    fc.property(comparable, zone, instant, (text, timezone, start) => {
      const from = new Date(start);
      const theirs = new Cron(text, { mode: "5-part", timezone, paused: true }).nextRuns(30, from).map(Number);
      const real = theirs.filter((slot) => fits(text, localText(slot, timezone)) && !isRepeat(slot, timezone));
      expect(slotsOf(text, timezone, from, real.length)).toEqual(real);
    }),
    { numRuns: 200 },
  );
});

/** The instants at which a zone moved or moves its clocks, 2005 to 2030, to the minute. */
function shiftsOf(timezone: string): number[] {
  const offset = (instant: number) => Date.parse(`${localText(instant, timezone).replace(" ", "T")}Z`) - instant;
  const shifts: number[] = [];
  for (let day = Date.UTC(2005, 0, 1); day < Date.UTC(2031, 0, 1); day += 24 * HOUR) {
    let [low, high] = [day, day + 24 * HOUR];
    if (offset(low) === offset(high)) continue;
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    shifts.push(high);
  }
  return shifts;
}

it("around every shift of the clocks, the slots are the minutes at which a clock first shows what fits", () => {
  const shifts = zones.flatMap((timezone) => shiftsOf(timezone).map((at) => ({ timezone, at })));
  expect(shifts.length).toBeGreaterThan(400);
  fc.assert(
    fc.property(fc.constantFrom(...shifts), dailyExpression, ({ timezone, at }, text) => {
      const [start, end] = [at - 4 * HOUR, at + 4 * HOUR];
      const seen = new Set<string>();
      const expected: number[] = [];
      for (let minute = start - 26 * HOUR; minute < end; minute += MINUTE) {
        const local = localText(minute, timezone);
        if (minute > start && !seen.has(local) && fits(text, local)) expected.push(minute);
        seen.add(local);
      }
      const slots = slotsOf(text, timezone, new Date(start), expected.length + 1);
      expect(slots.filter((slot) => slot < end)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

it("asking from a slot on gives what follows it", () => {
  fc.assert(
    fc.property(expression.filter(isAccepted), zone, (text, timezone) => {
      const [first = 0, ...rest] = slotsOf(text, timezone, new Date("2027-01-01T00:00:00Z"), 12);
      expect(slotsOf(text, timezone, new Date(first), 11)).toEqual(rest);
    }),
    { numRuns: 100 },
  );
});

it("the last slots before an instant are the end of those that follow another", () => {
  const span = fc.integer({ min: 0, max: 5 * 24 * 60 });
  fc.assert(
    fc.property(expression.filter(isAccepted), zone, instant, span, (text, timezone, start, length) => {
      const [after, before] = [new Date(start), new Date(Number(start) + length * MINUTE)];
      const all = slotsOf(text, timezone, after, length + 1).filter((slot) => slot < Number(before));
      const schedule = { type: "cron", expression: text, timezone, preset: null } as const;
      expect(lastSlots(schedule, { after, before, count: 7 }).map(Number)).toEqual(all.slice(-7));
    }),
    { numRuns: 100 },
  );
});
