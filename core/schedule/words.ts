import type { Cron } from "./cron.ts";
import { runsOf } from "./scheduler-expression.ts";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** So many times of a day are named one by one. */
const MOST_TIMES = 6;

/**
 * The times of a day: "At 09:00 and 17:30", "Every 2 hours from 08:00 to 18:00", "Every 10 minutes in the hours 08 and 18".
 * A step is named only where it is the distance from each time to the next. Without its ends it goes on over midnight.
 */
export function timesInWords({ minutes, hours }: Pick<Cron, "minutes" | "hours">): string {
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  if (times.length <= MOST_TIMES) return `At ${list(times.map(clock))}`;
  const step = stepOf(times);
  if (step !== undefined) return `${every(step)}${ends(times, step)}`;
  const inHours = hours.length === 24 ? "every hour" : `the ${plural("hour", hours)} ${ranges(hours, twoDigits)}`;
  const stepInHour = minutes[0] === 0 ? stepOf([...minutes, 60]) : undefined;
  if (stepInHour !== undefined && stepInHour < 60) return `${every(stepInHour)} in ${inHours}`;
  return `At ${plural("minute", minutes)} ${ranges(minutes, String)} of ${inHours}`;
}

function ends(times: number[], step: number): string {
  const [first = 0, last = 0] = [times.at(0), times.at(-1)];
  // "Every 2 hours" alone would not tell which.
  const goesOn = first === 0 && last + step === 24 * 60 && step <= 60;
  return goesOn ? "" : ` from ${clock(first)} to ${clock(last)}`;
}

/** "Monday through Friday", "on days 1 and 15 of the month or on Monday"; nothing where the days are open. */
export function daysInWords({ daysOfMonth, weekdays }: Pick<Cron, "daysOfMonth" | "weekdays">): string {
  // A week begins on Monday here, so that a weekend is one range.
  const week = weekdays?.map((day) => day || 7).sort((a, b) => a - b);
  const named = week && ranges(week, (day) => WEEKDAYS[day % 7] ?? "");
  const isRange = week !== undefined && week.length > 2 && (week.at(-1) ?? 0) - (week[0] ?? 0) === week.length - 1;
  if (!daysOfMonth) return named === undefined ? "" : isRange ? named : `only on ${named}`;
  const dates = `on ${plural("day", daysOfMonth)} ${ranges(daysOfMonth, String)} of the month`;
  return named === undefined ? dates : `${dates} or ${isRange ? "" : "on "}${named}`;
}

/** "only in February"; nothing where all months are meant. */
export function monthsInWords({ months }: Pick<Cron, "months">): string {
  return months.length === 12 ? "" : `only in ${ranges(months, (month) => MONTHS[month - 1] ?? "")}`;
}

/** The distance from each value to the next, where it is the same for all. */
function stepOf(values: number[]): number | undefined {
  const [first = 0, second = first] = values;
  const step = second - first;
  return values.every((value, index) => value === first + index * step) ? step : undefined;
}

function every(minutes: number): string {
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`;
}

const plural = (noun: string, values: number[]) => (values.length === 1 ? noun : `${noun}s`);

const twoDigits = (value: number) => String(value).padStart(2, "0");
const clock = (time: number) => `${twoDigits(Math.floor(time / 60))}:${twoDigits(time % 60)}`;

/** Ascending values with three or more neighbours as a range: "1 through 5 and 9". */
function ranges(values: number[], name: (value: number) => string): string {
  return list(
    runsOf(values).flatMap((run) => {
      const [first = 0, last = 0] = [run.at(0), run.at(-1)];
      return run.length > 2 ? [`${name(first)} through ${name(last)}`] : run.map(name);
    }),
  );
}

function list(words: string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "");
}
