import { comparePlaces, isAt, type Place } from "./log-window.ts";
import type { LogRow } from "./rows.ts";

/** What an address says after its #: `L1.240` is line 240 of the first attempt. */
export function placeOf(hash: string): Place | null {
  const match = /^#?L(\d{1,9})[.-](\d{1,9})$/.exec(hash);
  return match ? { attempt: Number(match[1]), n: Number(match[2]) } : null;
}

export const nameOf = ({ attempt, n }: Place): string => `${attempt}.${n}`;

const placeOfRow = (row: LogRow): Place => (row.type === "attempt" ? { attempt: row.attempt, n: 0 } : row.line);

/** The row that shows a line, or in which it is folded away; -1 where the line is not loaded. */
export function indexOfPlace(rows: readonly LogRow[], place: Place): number {
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return -1;
  const index = rows.findLastIndex((row) => comparePlaces(placeOfRow(row), place) <= 0);
  const row = rows[index];
  if (!row || row.type === "attempt") return -1;
  if (row.type === "gap" || index < rows.length - 1) return index;
  return isAt(row.line, place) || row.fold ? index : -1;
}

/** Whether a row stands for exactly this line. */
export function isRowAt(row: LogRow, place: Place | null): boolean {
  return place !== null && row.type !== "attempt" && isAt(row.line, place);
}
