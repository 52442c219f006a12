const dayMs = 86_400_000;

/** The day of an instant in UTC: 2027-01-31. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
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
