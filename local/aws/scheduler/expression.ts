import { type CronFields, parseCron } from "./cron-fields.ts";
import { dayConverter, isTimeZone, wallClock } from "./time-zone.ts";

export type ScheduleExpression =
  | { readonly kind: "cron"; readonly fields: CronFields }
  | { readonly kind: "rate"; readonly everyMs: number }
  /** The wall-clock time, written as if it were UTC. */
  | { readonly kind: "at"; readonly wall: number };

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const DAY = 86_400_000;

/** Reads `cron(…)`, `rate(…)` or `at(…)` in EventBridge Scheduler's grammar; undefined when AWS would refuse it. */
export function parseScheduleExpression(text: string): ScheduleExpression | undefined {
  const match = /^(cron|rate|at)\((.*)\)$/.exec(text);
  const inner = match?.[2] ?? "";
  if (match?.[1] === "cron") {
    const fields = parseCron(inner);
    return fields && { kind: "cron", fields };
  }
  if (match?.[1] === "rate") return parseRate(inner);
  return match?.[1] === "at" ? parseAt(inner) : undefined;
}

function parseRate(text: string): ScheduleExpression | undefined {
  const match = /^(\d+) +(minute|hour|day)s?$/.exec(text.trim());
  const count = Number(match?.[1] ?? 0);
  if (!match?.[2] || !Number.isSafeInteger(count) || count < 1) return undefined;
  return { kind: "rate", everyMs: count * (UNIT_MS[match[2]] ?? 0) };
}

function parseAt(text: string): ScheduleExpression | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const wall = Date.parse(`${text}Z`);
  // Date.parse rolls nothing over in this form, but it lets hour 24 through.
  const valid = Number.isFinite(wall) && new Date(wall).toISOString().startsWith(text);
  return valid ? { kind: "at", wall } : undefined;
}

/**
 * The slots of an expression strictly after `after`, ascending, in milliseconds since the epoch. `anchor` is what a
 * rate counts from: its slots are anchor, anchor + rate, and so on. A wall-clock time that the zone's clock skips is no
 * slot; one that it shows twice is a slot once, the first time.
 */
export function* slotsAfter(
  expression: ScheduleExpression,
  zone: string,
  after: number,
  anchor: number,
): Generator<number, undefined> {
  if (expression.kind === "rate") {
    const { everyMs } = expression;
    const passed = after < anchor ? 0 : Math.floor((after - anchor) / everyMs) + 1;
    for (let slot = anchor + passed * everyMs; ; slot += everyMs) yield slot;
  }
  const candidates =
    expression.kind === "at"
      ? [dayConverter(Math.floor(expression.wall / DAY) * DAY, zone)(expression.wall)]
      : cronSlots(expression.fields, zone, wallClock(after, zone));
  for (const slot of candidates) if (slot !== undefined && slot > after) yield slot;
  return undefined;
}

/** The slots of a cron from the local day of `fromWall` on. */
function* cronSlots(fields: CronFields, zone: string, fromWall: number): Generator<number> {
  const from = new Date(fromWall);
  const firstDay = Math.floor(fromWall / DAY) * DAY;
  for (const year of [...fields.years].filter((each) => each >= from.getUTCFullYear())) {
    for (let month = 1; month <= 12; month += 1) {
      if (!fields.months.has(month) || Date.UTC(year, month, 1) <= firstDay) continue;
      for (const day of fields.daysIn(year, month)) {
        const dayStart = Date.UTC(year, month - 1, day);
        if (dayStart >= firstDay) yield* daySlots(fields, zone, dayStart);
      }
    }
  }
}

function* daySlots(fields: CronFields, zone: string, dayStart: number): Generator<number> {
  const toInstant = dayConverter(dayStart, zone);
  for (const hour of fields.hours) {
    for (const minute of fields.minutes) {
      const slot = toInstant(dayStart + hour * 3_600_000 + minute * 60_000);
      if (slot !== undefined) yield slot;
    }
  }
}

/**
 * The next `count` slots strictly after `from`; fewer when the expression has no more. A rate counts from `from`.
 * Throws RangeError for an expression or a time zone that EventBridge Scheduler would refuse.
 */
export function nextSlots(expression: string, timezone: string, from: Date, count: number): Date[] {
  const parsed = parseScheduleExpression(expression);
  if (!parsed) throw new RangeError(`Invalid Schedule Expression ${expression}.`);
  if (!isTimeZone(timezone)) throw new RangeError(`Invalid time zone ${timezone}.`);
  const slots: Date[] = [];
  if (count < 1) return slots;
  for (const slot of slotsAfter(parsed, timezone, from.getTime(), from.getTime())) {
    slots.push(new Date(slot));
    if (slots.length >= count) break;
  }
  return slots;
}
