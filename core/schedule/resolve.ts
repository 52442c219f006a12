import {
  type Schedule,
  type ScheduleChange,
  type ScheduleInput,
  type SchedulePreset,
  schedulePresets,
} from "../../contract/schedule.ts";
import { parseCron } from "./cron.ts";
import { ScheduleError } from "./error.ts";
import { nextSlots } from "./next-slots.ts";
import { canonicalTimeZone, isSameZone } from "./time-zone.ts";

/**
 * The schedule to keep for what a client gave: preset written out, time zone in its proper name, instant in UTC and
 * whole seconds. What it gives has at least one slot after `now`, unless it is manual.
 * @throws ScheduleError with the field and one sentence, for what is invalid, past, or can never fire
 */
export function resolveSchedule(input: ScheduleInput, now: Date): Schedule {
  if (input.type === "manual") {
    return { type: "manual", ...(input.timezone !== undefined && { timezone: canonicalTimeZone(input.timezone) }) };
  }
  const timezone = canonicalTimeZone(input.timezone);
  if (input.type === "once") return { type: "once", at: instantAfter(input.at, now), timezone };
  const expression = expressionOf(input);
  parseCron(expression);
  const schedule: Schedule = { type: "cron", expression, timezone, preset: presetOf(expression) };
  if (nextSlots(schedule, { from: now, count: 1 }).length > 0) return schedule;
  throw new ScheduleError("expression", `In ${timezone} this has no slot ahead, so it never fires.`);
}

/**
 * The schedule to keep where this one is to be changed. Without a zone it stays in the one it has, or had before it was
 * manual. What fires at the same slots is no change, however it is written: the answer is `old` itself, also where its
 * slots are past.
 * @throws ScheduleError as `resolveSchedule`
 */
export function changeSchedule(old: Schedule, change: ScheduleChange, now: Date): Schedule {
  const timezone = change.timezone ?? old.timezone;
  if (change.type === "manual") {
    const manual = resolveSchedule({ type: "manual", ...(timezone !== undefined && { timezone }) }, now);
    return isSame(old, manual) ? old : manual;
  }
  const wanted = { ...change, timezone: canonicalTimeZone(timezone ?? "UTC") };
  if (wanted.type === "once" && isSame(old, wanted)) return old;
  const schedule = resolveSchedule(wanted, now);
  return isSame(old, schedule) ? old : schedule;
}

function isSame(one: Schedule, other: Schedule): boolean {
  if (one.timezone === undefined || other.timezone === undefined) {
    return one.type === other.type && one.timezone === other.timezone;
  }
  if (!isSameZone(one.timezone, other.timezone)) return false;
  if (one.type === "cron" && other.type === "cron") return timesOf(one.expression) === timesOf(other.expression);
  if (one.type === "once" && other.type === "once") return secondOf(one.at) === secondOf(other.at);
  return one.type === other.type;
}

function timesOf(expression: string): string {
  const { fields: _, ...times } = parseCron(expression);
  return JSON.stringify(times);
}

const secondOf = (at: string) => Math.floor(Date.parse(at) / 1000);

function expressionOf({ expression, preset }: { expression?: string; preset?: SchedulePreset | null }): string {
  if (preset) return schedulePresets[preset].expression;
  return (expression ?? "").trim().replace(/\s+/g, " ");
}

function presetOf(expression: string): SchedulePreset | null {
  const names = Object.keys(schedulePresets) as SchedulePreset[];
  return names.find((name) => schedulePresets[name].expression === expression) ?? null;
}

function instantAfter(at: string, now: Date): string {
  const instant = new Date(secondOf(at) * 1000);
  if (Number.isNaN(instant.getTime())) throw new ScheduleError("at", `"${at}" is not an instant.`);
  if (instant <= now) throw new ScheduleError("at", "The instant is in the past.");
  if (instant.getUTCFullYear() > 2199) throw new ScheduleError("at", "The instant must be before the year 2200.");
  return instant.toISOString();
}
