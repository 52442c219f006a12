import type { Schedule } from "../../contract/schedule.ts";
import { type Cron, parseCron } from "./cron.ts";
import { DAY, dayInZone, wallClockAt } from "./wall-clock.ts";

/** The last year EventBridge Scheduler's cron grammar knows: no slot is looked for beyond it. */
const LAST_YEAR = 2199;

/**
 * The first `count` slots strictly after `from`, ascending; fewer, or none, where the schedule has no more of them (a
 * once that is past, a manual one, the end of the year 2199).
 *
 * At the edges of daylight saving time this is EventBridge Scheduler's rule for cron (its User Guide, "Schedule types",
 * section "Daylight savings time on EventBridge Scheduler"): a local time that the clocks skip fires nothing that day,
 * and one that they show twice fires once, before the shift. It holds for every expression alike: in the hour that the
 * clocks repeat, an every-15-minutes schedule is silent the second time.
 *
 * @throws ScheduleError when the schedule is not one that `resolveSchedule` gave
 */
export function nextSlots(schedule: Schedule, { from, count }: { from: Date; count: number }): Date[] {
  if (schedule.type === "manual") return [];
  if (schedule.type === "once") {
    const at = new Date(schedule.at);
    return at > from && count > 0 ? [at] : [];
  }
  return cronSlots(parseCron(schedule.expression), schedule.timezone, from.getTime(), count);
}

/** The last `count` slots strictly between two instants, ascending. */
export function lastSlots(schedule: Schedule, range: { after: Date; before: Date; count: number }): Date[] {
  const { after, before, count } = range;
  if (schedule.type !== "cron") return nextSlots(schedule, { from: after, count }).filter((slot) => slot < before);
  const { timezone, expression } = schedule;
  const cron = parseCron(expression);
  const times = timesOf(cron).reverse();
  const slots: Date[] = [];
  // A day more, for a zone that moves its clocks by one.
  const first = wallClockAt(after.getTime(), timezone) - 2 * DAY;
  for (const midnight of matchingDays(cron, wallClockAt(before.getTime(), timezone) + DAY, -DAY)) {
    if (midnight < first) break;
    const toInstant = dayInZone(midnight, timezone);
    for (const time of times) {
      const instant = toInstant(midnight + time);
      if (instant === undefined || instant >= before.getTime()) continue;
      if (slots.length >= count || instant <= after.getTime()) return slots.reverse();
      slots.push(new Date(instant));
    }
  }
  return slots.reverse();
}

function cronSlots(cron: Cron, timezone: string, from: number, count: number): Date[] {
  const times = timesOf(cron);
  const slots: Date[] = [];
  for (const midnight of matchingDays(cron, wallClockAt(from, timezone), DAY)) {
    const toInstant = dayInZone(midnight, timezone);
    for (const time of times) {
      if (slots.length >= count) return slots;
      const instant = toInstant(midnight + time);
      if (instant !== undefined && instant > from) slots.push(new Date(instant));
    }
  }
  return slots;
}

/** The times of day that the cron names, in milliseconds, ascending. */
function timesOf({ hours, minutes }: Cron): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * 60_000));
}

/** The midnights, in wall-clock milliseconds, of the days that the cron names, from the day of `start` on, or back. */
function* matchingDays(cron: Cron, start: number, step: number): Generator<number> {
  for (let midnight = Math.floor(start / DAY) * DAY; ; midnight += step) {
    const day = new Date(midnight);
    if (day.getUTCFullYear() > LAST_YEAR || day.getTime() < 0) return;
    if (cron.months.includes(day.getUTCMonth() + 1) && dayFits(cron, day)) yield midnight;
  }
}

function dayFits({ daysOfMonth, weekdays }: Cron, day: Date): boolean {
  if (daysOfMonth === null && weekdays === null) return true;
  return Boolean(daysOfMonth?.includes(day.getUTCDate()) || weekdays?.includes(day.getUTCDay()));
}
