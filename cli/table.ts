import Table from "cli-table3";
import { oneLine } from "./format.ts";

/** A cell: plain text, and how it is coloured once it has been cut to fit. */
export interface Cell {
  text: string;
  paint?: (text: string) => string;
}

export interface Column<T> {
  title: string;
  cell(item: T): string | Cell;
  /** May be cut, down to its title's width, when the line is too long. */
  shrinks?: true;
  /** Left out, last one first, when cutting is not enough. */
  optional?: true;
}

const gap = 2;
const leastWidth = 8;
const borderless = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((place) => [`${side}${place}`, ""]),
  ),
);

/** Items as lines of aligned columns, no wider than `width`. */
export function table<T>(items: readonly T[], columns: readonly Column<T>[], width: number, bold = plainText): string {
  const cells = (column: Column<T>): Cell[] => [
    { text: column.title, paint: bold },
    ...items.map((item) => cellOf(column.cell(item))),
  ];
  let shown = columns.map((column) => ({ column, cells: cells(column) }));
  let widths = fitted(shown, width);
  while (!widths) {
    const last = shown.findLastIndex(({ column }) => column.optional);
    if (last < 0) break;
    shown = shown.filter((_, index) => index !== last);
    widths = fitted(shown, width);
  }
  const limits = widths ?? shown.map(({ cells }) => naturalWidth(cells));
  return draw(
    Array.from({ length: items.length + 1 }, (_, row) => shown.map(({ cells }, at) => cut(cells[row], limits[at]))),
  );
}

/** Names and values below each other; long values stay whole. */
export function fieldList(
  fields: readonly (readonly [name: string, value: string | undefined])[],
  dim = plainText,
): string {
  return draw(fields.filter(([, value]) => value !== undefined).map(([name, value]) => [dim(name), value ?? ""]));
}

function plainText(text: string): string {
  return text;
}

function cellOf(value: string | Cell): Cell {
  return typeof value === "string" ? { text: value } : value;
}

function naturalWidth(cells: readonly Cell[]): number {
  return Math.max(...cells.map(({ text }) => [...text].length));
}

/** The width of each column, or undefined when cutting what may be cut does not make room. */
function fitted(shown: { column: Column<never>; cells: Cell[] }[], width: number): number[] | undefined {
  const widths = shown.map(({ cells }) => naturalWidth(cells));
  const total = () => widths.reduce((sum, each) => sum + each + gap, -gap);
  while (total() > width) {
    const candidates = shown.flatMap(({ column }, index) =>
      column.shrinks && (widths[index] ?? 0) > Math.max(leastWidth, column.title.length) ? [index] : [],
    );
    const widest = candidates.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function cut(cell: Cell | undefined, width: number | undefined): string {
  const text = oneLine(cell?.text ?? "", width ?? 0);
  return cell?.paint ? cell.paint(text) : text;
}

function draw(rows: string[][]): string {
  const drawn = new Table({
    chars: { ...borderless, middle: " ".repeat(gap) },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  drawn.push(...rows);
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
