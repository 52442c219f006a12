/** The instant that many seconds after a time. */
export function plus(time: Date, seconds: number): string {
  return new Date(time.getTime() + seconds * 1000).toISOString();
}

/** Seconds from an instant to now; 0 where there is no instant. */
export function secondsSince(now: Date, instant: string | undefined): number {
  return instant === undefined ? 0 : (now.getTime() - Date.parse(instant)) / 1000;
}

/**
 * Whether a stored time to wait for is still ahead. One that is further ahead than it can have been set, in seconds, was
 * taken from a clock that ran ahead: nothing waits for it.
 */
export function isAhead(now: Date, instant: string | undefined, most: number): boolean {
  const seconds = -secondsSince(now, instant);
  return seconds > 0 && seconds <= most;
}

export const dayMs = 86_400_000;

/** When DynamoDB may take a row away that is kept for so many days: seconds since 1970. */
export function expiryIn(now: Date, days: number): number {
  return Math.floor((now.getTime() + days * dayMs) / 1000);
}

/** The day of an instant in UTC: 2027-01-31. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The month of a day: 2027-01. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** The month that many months later, or earlier. */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return monthOf(dayOf(new Date(Date.UTC(year, number - 1 + months, 1))));
}

/** The day that many days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * dayMs));
}

/** Every day from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  return Array.from({ length: count }, (_, index) => dayAfter(from, index));
}

/** Of two days, two months or two instants, the one that comes first. */
export function earlier(a: string, b: string): string {
  return a.localeCompare(b) < 0 ? a : b;
}

/** The one that comes last. */
export function later(a: string, b: string): string {
  return earlier(a, b) === a ? b : a;
}
