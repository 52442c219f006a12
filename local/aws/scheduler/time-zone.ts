const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is one of the IANA time zone database (no offsets such as +02:00). */
export function isTimeZone(name: string): boolean {
  if (!NAME.test(name)) return false;
  try {
    formatter(name);
    return true;
  } catch {
    return false;
  }
}

/** A moment as the wall clock of a zone shows it, written as if it were UTC: milliseconds since the epoch. */
export function wallClock(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The instants of wall-clock times of one local day. A time the clock skips has none; of a time it shows twice only the
 * first counts.
 */
export function dayConverter(dayStart: number, zone: string): (wall: number) => number | undefined {
  const before = offset(dayStart - DAY, zone);
  const after = offset(dayStart + 2 * DAY, zone);
  if (before === after) return (wall) => wall - before;
  const candidates = [Math.max(before, after), Math.min(before, after)];
  return (wall) => candidates.map((each) => wall - each).find((instant) => wallClock(instant, zone) === wall);
}

function offset(instant: number, zone: string): number {
  return wallClock(instant, zone) - instant;
}

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(zone, known);
  }
  return known;
}
