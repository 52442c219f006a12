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

function cronSlots(cron: Cron, timezone: string, from: number, count: number): Date[] {
  const times = cron.hours.flatMap((hour) => cron.minutes.map((minute) => (hour * 60 + minute) * 60_000));
  const slots: Date[] = [];
  for (const midnight of matchingDays(cron, wallClockAt(from, timezone))) {
    const toInstant = dayInZone(midnight, timezone);
    for (const time of times) {
      if (slots.length >= count) return slots;
      const instant = toInstant(midnight + time);
      if (instant !== undefined && instant > from) slots.push(new Date(instant));
    }
  }
  return slots;
}

/** The midnights, in wall-clock milliseconds, of the days that the cron names, from the day of `start` on. */
function* matchingDays(cron: Cron, start: number): Generator<number> {
  for (let midnight = Math.floor(start / DAY) * DAY; ; midnight += DAY) {
    const day = new Date(midnight);
    if (day.getUTCFullYear() > LAST_YEAR) return;
    if (cron.months.includes(day.getUTCMonth() + 1) && dayFits(cron, day)) yield midnight;
  }
}

function dayFits({ daysOfMonth, weekdays }: Cron, day: Date): boolean {
  if (daysOfMonth === null && weekdays === null) return true;
  return Boolean(daysOfMonth?.includes(day.getUTCDate()) || weekdays?.includes(day.getUTCDay()));
}
