import { type Schedule, type ScheduleInput, type SchedulePreset, schedulePresets } from "../../contract/schedule.ts";
import { parseCron } from "./cron.ts";
import { ScheduleError } from "./error.ts";
import { nextSlots } from "./next-slots.ts";
import { canonicalTimeZone } from "./time-zone.ts";

/**
 * The schedule to keep for what a client gave: preset written out, time zone in its proper name, instant in UTC and
 * whole seconds. What it gives has at least one slot after `now`, unless it is manual.
 * @throws ScheduleError with the field and one sentence, for what is invalid, past, or can never fire
 */
export function resolveSchedule(input: ScheduleInput, now: Date): Schedule {
  if (input.type === "manual") return { type: "manual" };
  const timezone = canonicalTimeZone(input.timezone);
  if (input.type === "once") return { type: "once", at: instantAfter(input.at, now), timezone };
  const expression = expressionOf(input);
  parseCron(expression);
  const schedule: Schedule = { type: "cron", expression, timezone, preset: presetOf(expression) };
  if (nextSlots(schedule, { from: now, count: 1 }).length > 0) return schedule;
  throw new ScheduleError("expression", `In ${timezone} this has no slot ahead, so it never fires.`);
}

function expressionOf({ expression, preset }: { expression?: string; preset?: SchedulePreset }): string {
  if (preset !== undefined) return schedulePresets[preset].expression;
  return (expression ?? "").trim().replace(/\s+/g, " ");
}

function presetOf(expression: string): SchedulePreset | null {
  const names = Object.keys(schedulePresets) as SchedulePreset[];
  return names.find((name) => schedulePresets[name].expression === expression) ?? null;
}

function instantAfter(at: string, now: Date): string {
  const instant = new Date(Math.floor(Date.parse(at) / 1000) * 1000);
  if (Number.isNaN(instant.getTime())) throw new ScheduleError("at", `"${at}" is not an instant.`);
  if (instant <= now) throw new ScheduleError("at", "The instant is in the past.");
  if (instant.getUTCFullYear() > 2199) throw new ScheduleError("at", "The instant must be before the year 2200.");
  return instant.toISOString();
}
