import { hourCycle, language } from "./language.ts";

const dayAndTime = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle,
});
const dayYearAndTime = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle,
});
const timeOnly = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long", hourCycle });
const dayOnly = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
const monthOnly = new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const age = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "narrow" });

/** A local time as short as it can be told apart: "Today, 09:00", "24 Nov, 09:00", "3 Jan 2028, 09:00". */
export function formatInstant(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  const days = daysBetween(new Date(now), at);
  if (Math.abs(days) <= 1) return `${capitalised(relative.format(days, "day"))}, ${timeOnly.format(at)}`;
  return at.getFullYear() === new Date(now).getFullYear() ? dayAndTime.format(at) : dayYearAndTime.format(at);
}

/** The zone of the person's clock. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The same instant on the clocks of another zone: "Fri 14:30". */
export function formatInstantIn(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle,
  }).format(new Date(iso));
}

/** The whole of it in local time, to the second and with its zone. */
export function formatExact(iso: string): string {
  return exact.format(new Date(iso));
}

const slot = new Intl.DateTimeFormat(language, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle,
});

/** A run to come in local time, with its weekday: "Mon 30 Nov, 09:00"; with its year where that is another. */
export function formatSlot(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  const year = at.getFullYear() === new Date(now).getFullYear() ? "" : ` ${at.getFullYear()}`;
  const seconds = at.getSeconds() === 0 ? "" : `:${String(at.getSeconds()).padStart(2, "0")}`;
  return `${slot.format(at)}${seconds}${year && ` (${year.trim()})`}`;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** How long ago, narrow: "5 min ago"; under a minute "now". */
export function formatAge(iso: string, now: number): string {
  const ms = Date.parse(iso) - now;
  const [unit, size] = units.find(([, least]) => Math.abs(ms) >= least) ?? [];
  return unit === undefined ? relative.format(0, "second") : age.format(Math.trunc(ms / size), unit);
}

/** A day in UTC, `2027-01-31`, as "31 Jan". */
export function formatDay(day: string): string {
  return dayOnly.format(new Date(`${day}T00:00:00Z`));
}

/** A month in UTC, `2027-01`, as "Jan 2027". */
export function formatMonth(month: string): string {
  return monthOnly.format(new Date(`${month}-01T00:00:00Z`));
}

function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(to) - midnight(from)) / 86_400_000);
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const clock = new Intl.DateTimeFormat(language, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle,
});

/** A local time to the second: "09:00:03". */
export function formatClock(iso: string): string {
  return clock.format(new Date(iso));
}
