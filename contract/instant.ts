import { checked } from "./text.ts";

const date = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const day = new RegExp(`^${date}$`);
const wallClock = new RegExp(`^${date}T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.\\d+)?)?(.*)$`);
const offset = /^(?:Z|[+-](\d\d):(\d\d))$/;

/** An instant with its offset, as ISO 8601 writes it. */
export const instant = checked((text) => {
  const [whole, year, month, dayOfMonth, hour, minute, second = "0", zone = ""] = wallClock.exec(text) ?? [];
  if (day.test(text)) return "must have a time and an offset too, such as 2027-01-31T09:00:00Z";
  if (whole === undefined) return "must be an instant such as 2027-01-31T09:00:00Z";
  if (!isDay(year, month, dayOfMonth)) return dateFault(text);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return `names a time that no day has: ${text.slice(11, text.length - zone.length)}`;
  }
  if (zone === "") return "must say its offset at the end: Z for UTC, or one such as +01:00";
  const [known, hours = "0", minutes = "0"] = offset.exec(zone) ?? [];
  if (known === undefined)
    return `must end in Z for UTC, or in an offset such as +01:00, not in "${zone.slice(0, 20)}"`;
  return Number(hours) > 14 || Number(minutes) > 59 ? `has an offset that no place has: ${zone}` : undefined;
}).meta({ format: "date-time" });

/** A day, as ISO 8601 writes it. */
export const calendarDay = checked((text) => {
  const [, year, month, dayOfMonth] = day.exec(text) ?? [];
  if (year === undefined) return "must be a day such as 2027-01-31";
  return isDay(year, month, dayOfMonth) ? undefined : dateFault(text);
}).meta({ format: "date" });

function isDay(year = "", month = "", dayOfMonth = ""): boolean {
  const at = new Date(`${year}-${month}-01T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return false;
  const days = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  return Number(dayOfMonth) >= 1 && Number(dayOfMonth) <= days;
}

function dateFault(text: string): string {
  return `names a date that does not exist: ${text.slice(0, 10)}`;
}
