import type { Schedule } from "../../contract/schedule.ts";
import { type Cron, parseCron } from "./cron.ts";
import { wallClockAt } from "./wall-clock.ts";
import { daysInWords, monthsInWords, timesInWords } from "./words.ts";

/**
 * A schedule in words, with a 24-hour clock: "At 09:00, Monday through Friday (Europe/Stockholm)". The words name the
 * slots and no others. The time zone is left out where it makes no difference, as in "Every 15 minutes".
 * @throws ScheduleError when the schedule is not one that `resolveSchedule` gave
 */
export function describe(schedule: Schedule): string {
  if (schedule.type === "manual") return "Only when someone runs it";
  const { timezone } = schedule;
  if (schedule.type === "once") {
    const at = Date.parse(schedule.at);
    const which = comesTwice(at, timezone) ? `, ${offsetInWords(at, timezone)}` : "";
    return `Once, ${dateInWords(at, timezone)} (${timezone}${which})`;
  }
  const cron = parseCron(schedule.expression);
  const words = [timesInWords(cron), daysInWords(cron), monthsInWords(cron)].filter(Boolean).join(", ");
  return isSameEverywhere(cron, timezone) ? words : `${words} (${timezone})`;
}

const dateFormat = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
});

function dateInWords(at: number, timezone: string): string {
  const wallClock = new Date(wallClockAt(at, timezone));
  const seconds = wallClock.getUTCSeconds() === 0 ? 16 : 19;
  return `on ${dateFormat.format(wallClock)} at ${wallClock.toISOString().slice(11, seconds)}`;
}

const MINUTE = 60_000;
/** How far clocks are set back: half an hour on Lord Howe Island, two hours at Troll, else one. */
const SHIFTS = [30, 60, 120].flatMap((minutes) => [-minutes * MINUTE, minutes * MINUTE]);

function comesTwice(at: number, timezone: string): boolean {
  const wallClock = wallClockAt(at, timezone);
  return SHIFTS.some((shift) => wallClockAt(at + shift, timezone) === wallClock);
}

/** "UTC+02:00" */
function offsetInWords(at: number, timezone: string): string {
  const offset = wallClockAt(at, timezone) - Math.floor(at / 1000) * 1000;
  return `UTC${offset < 0 ? "-" : "+"}${new Date(Math.abs(offset)).toISOString().slice(11, 16)}`;
}

/** True for a cron that names minutes only, the same ones on the clocks of this zone as on those of UTC. */
function isSameEverywhere(cron: Cron, timezone: string): boolean {
  const { minutes, hours, months, daysOfMonth, weekdays } = cron;
  if (hours.length < 24 || months.length < 12 || daysOfMonth || weekdays) return false;
  const offsets = [Date.UTC(2027, 0), Date.UTC(2027, 6)].map((at) => (wallClockAt(at, timezone) - at) / MINUTE);
  return offsets.every((offset) => minutes.every((minute) => minutes.includes((((minute + offset) % 60) + 60) % 60)));
}
