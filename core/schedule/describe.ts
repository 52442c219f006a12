import cronstrue from "cronstrue";
import type { Schedule } from "../../contract/schedule.ts";
import { type Cron, parseCron } from "./cron.ts";
import { listOf } from "./scheduler-expression.ts";
import { wallClockAt } from "./wall-clock.ts";

/**
 * A schedule in words, with a 24-hour clock: "At 09:00, Monday through Friday (Europe/Stockholm)". The time zone is
 * left out where the hour and the day are open, as in "Every 15 minutes".
 * @throws ScheduleError when the schedule is not one that `resolveSchedule` gave
 */
export function describe(schedule: Schedule): string {
  if (schedule.type === "manual") return "Only when someone runs it";
  if (schedule.type === "once") return `Once, ${dateInWords(schedule.at, schedule.timezone)} (${schedule.timezone})`;
  const cron = parseCron(schedule.expression);
  const words = cronInWords(cron);
  const everyHour = cron.hours.length === 24 && cron.months.length === 12 && !cron.daysOfMonth && !cron.weekdays;
  return everyHour ? words : `${words} (${schedule.timezone})`;
}

const dateFormat = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
});

function dateInWords(at: string, timezone: string): string {
  const wallClock = new Date(wallClockAt(Date.parse(at), timezone));
  const seconds = wallClock.getUTCSeconds() === 0 ? 16 : 19;
  return `on ${dateFormat.format(wallClock)} at ${wallClock.toISOString().slice(11, seconds)}`;
}

function cronInWords(cron: Cron): string {
  const minute = plain(cron.fields[0], cron.minutes, 60);
  const hour = plain(cron.fields[1], cron.hours, 24);
  const day = cron.daysOfMonth ? plain(cron.fields[2], cron.daysOfMonth, 31) : "*";
  const month = plain(cron.fields[3], cron.months, 12);
  const weekday = cron.weekdays ? plain(cron.fields[4], cron.weekdays, 7) : "*";
  if (day === "*" || weekday === "*") return words(`${minute} ${hour} ${day} ${month} ${weekday}`);
  const eitherDay = `${part(`* * ${day} * *`)} or ${part(`* * * * ${weekday}`).replace("only on", "on")}`;
  const inMonths = month === "*" ? "" : `, ${part(`* * * ${month} *`)}`;
  return `${words(`${minute} ${hour} * * *`)}, ${eitherDay}${inMonths}`;
}

const words = (expression: string) =>
  cronstrue.toString(expression, { use24HourTimeFormat: true, throwExceptionOnParseError: true });

/** What the only field that is not `*` adds to "Every minute". */
const part = (expression: string) => words(expression).replace(/^Every minute, /, "");

/** A field in the form that reads best: as written where it is one range or step, else the values it comes to. */
function plain(written: string, values: number[], all: number): string {
  const whole = values.length === 1 || values.length === all || written.includes(",");
  return whole ? listOf(values, all) : written;
}
