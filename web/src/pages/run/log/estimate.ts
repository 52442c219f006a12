import type { LogRow } from "./rows.ts";

const lineHeight = 20;
const padding = 4;
const dividerHeight = 36;

const known = new WeakMap<LogRow, { columns: number; height: number }>();

/** The height in pixels that a row will have: near enough that little moves when it is measured. */
export function estimateHeight(row: LogRow | undefined, columns: number): number {
  if (row?.type !== "text") return dividerHeight;
  const cached = known.get(row);
  if (cached?.columns === columns) return cached.height;
  const header = row.fold?.open ? lineHeight + padding : 0;
  // What is folded shows a single line.
  const fits = row.fold && !row.fold.open ? Number.POSITIVE_INFINITY : columns;
  const height = header + padding + lineHeight * visualLines(row.text, fits);
  known.set(row, { columns, height });
  return height;
}

/** How many lines of this many columns a text takes; no columns for a text that is not wrapped. */
function visualLines(text: string, columns: number): number {
  let lines = 0;
  let start = 0;
  for (;;) {
    const end = text.indexOf("\n", start);
    const length = (end < 0 ? text.length : end) - start;
    lines += Number.isFinite(columns) ? Math.max(1, Math.ceil(length / columns)) : 1;
    if (end < 0) return lines;
    start = end + 1;
  }
}
