const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The milliseconds of a day. A wall-clock time is kept as the milliseconds its clock face would have in UTC. */
export const DAY = 24 * HOUR;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(timezone, made);
  return made;
}

/** What the clocks of a zone show at an instant, as wall-clock milliseconds (whole seconds). */
export function wallClockAt(instant: number, timezone: string): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(timezone).formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (instant: number, timezone: string) =>
  wallClockAt(instant, timezone) - Math.floor(instant / 1000) * 1000;

/**
 * Returns a function from the wall-clock times of one local day (its midnight given in wall-clock milliseconds) to the
 * instant at which the clocks of the zone first show it, or undefined where they skip it.
 */
export function dayInZone(midnight: number, timezone: string): (wallClock: number) => number | undefined {
  // No zone is further from UTC than 14 hours, so the local day lies within these two instants.
  const before = offsetAt(midnight - 15 * HOUR, timezone);
  const after = offsetAt(midnight + DAY + 13 * HOUR, timezone);
  if (before === after) return (wallClock) => wallClock - before;
  const earliestFirst = [Math.max(before, after), Math.min(before, after)];
  return (wallClock) =>
    earliestFirst
      .map((offset) => ({ offset, instant: wallClock - offset }))
      .find(({ offset, instant }) => offsetAt(instant, timezone) === offset)?.instant;
}
