import type { LogLine } from "../../../../../contract/log.ts";
import { plainText, type Span, terminalSpans } from "../../../../../contract/terminal-text.ts";
import type { Chunk, LoadedLine } from "./log-window.ts";

export type TextLine = LoadedLine & { kind: LogLine["kind"] };
export type GapLine = LoadedLine & { kind: "gap" };

/** What the list draws, one measured row each. */
export type LogRow =
  | { type: "attempt"; key: string; attempt: number }
  | { type: "gap"; key: string; line: GapLine }
  | TextRow;
export interface TextRow {
  type: "text";
  key: string;
  line: TextLine;
  text: string;
  /** The same text in pieces, where it has styles. */
  spans?: readonly Span[];
  /** The first of a text that the runner cut into several lines; the others stand under it. */
  isHead: boolean;
  /** Present on heads of what can be folded. */
  fold?: { id: number; open: boolean; lines: number; characters: number };
}

/** Which tool calls and outputs are open: all or none of them, but for those named. */
export interface Folds {
  allOpen: boolean;
  except: ReadonlySet<number>;
}

const foldable = new Set<LogLine["kind"]>(["tool_call", "tool_result"]);
/** What is shorter than this and on one line is shown whole. */
const shortCharacters = 160;
const previewCharacters = 240;

export function isOpen(folds: Folds, id: number): boolean {
  return folds.allOpen !== folds.except.has(id);
}

/** The rows of all that is loaded. Rows of lines that stay as they were are the same objects as before. */
export function createRowBuilder(): (chunks: readonly Chunk[], folds: Folds) => LogRow[] {
  const plain = new WeakMap<LoadedLine, LogRow>();
  const single = (line: LoadedLine, make: () => LogRow): LogRow => {
    const known = plain.get(line) ?? make();
    plain.set(line, known);
    return known;
  };
  return (chunks, folds) => {
    const rows: LogRow[] = [];
    let attempt = 1;
    for (const group of groupsOf(chunks)) {
      const [head] = group;
      if (head.attempt !== attempt) {
        attempt = head.attempt;
        rows.push({ type: "attempt", key: `attempt ${attempt}`, attempt });
      }
      if (head.kind === "gap")
        rows.push(single(head, () => ({ type: "gap", key: `${head.id}`, line: head as GapLine })));
      else if (canFold(group as TextLine[])) pushFolded(rows, group as TextLine[], folds);
      else if (group.length === 1) rows.push(single(head, () => textRow(head as TextLine, true)));
      else rows.push(...openRows(group as TextLine[]));
    }
    return rows;
  };
}

type Group = [LoadedLine, ...LoadedLine[]];

/** Lines that belong to one text stand together. */
function groupsOf(chunks: readonly Chunk[]): Group[] {
  const groups: Group[] = [];
  let goesOn = false;
  for (const { lines } of chunks) {
    for (const line of lines) {
      const group = groups.at(-1);
      const belongs = goesOn && group && line.kind === group[0].kind && line.attempt === group[0].attempt;
      if (belongs) group.push(line);
      else groups.push([line]);
      goesOn = line.kind !== "gap" && line.part === true;
    }
  }
  return groups;
}

function canFold(group: TextLine[]): boolean {
  const [head] = group;
  if (!head || !foldable.has(head.kind)) return false;
  return group.length > 1 || head.text.length > shortCharacters || head.text.includes("\n");
}

function pushFolded(rows: LogRow[], group: TextLine[], folds: Folds): void {
  const head = group[0] as TextLine;
  const open = isOpen(folds, head.id);
  const fold = {
    id: head.id,
    open,
    lines: group.reduce((sum, { text }) => sum + countBreaks(text), 1),
    characters: group.reduce((sum, { text }) => sum + text.length, 0),
  };
  if (open) {
    const [first, ...rest] = openRows(group);
    rows.push({ ...(first as TextRow), key: `${head.id} open`, fold }, ...rest);
  } else rows.push({ ...textRow(head, true), ...shown(previewOf(head.text)), fold });
}

/** Each line of the runner as a row of its own; a row ends where a line of the text ends, if it has one. */
function openRows(group: TextLine[]): TextRow[] {
  let rest = "";
  return group.map((line, index) => {
    const whole = rest + line.text;
    const end = index === group.length - 1 ? whole.length : whole.lastIndexOf("\n");
    rest = end < 0 ? "" : whole.slice(end + 1);
    return textRow(line, index === 0, end < 0 ? whole : whole.slice(0, end));
  });
}

function textRow(line: TextLine, isHead: boolean, text = line.text): TextRow {
  return { type: "text", key: `${line.id}`, line, ...shown(text), isHead };
}

function previewOf(text: string): string {
  const first = text.trimStart();
  const end = first.indexOf("\n");
  return first.slice(0, end < 0 ? previewCharacters : Math.min(end, previewCharacters));
}

/** As it is shown: without what would steer a terminal, and without the line breaks at its end. */
function shown(raw: string): Pick<TextRow, "text" | "spans"> {
  const whole = plainText(raw);
  const text = whole.endsWith("\n") ? whole.trimEnd() : whole;
  if (!raw.includes("\u001b") && !raw.includes("\u009b")) return { text };
  const spans: Span[] = [];
  let left = text.length;
  for (const span of terminalSpans(raw)) {
    if (left > 0) spans.push({ ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
  }
  return spans.some(({ style }) => style) ? { text, spans } : { text };
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < text.length - 1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
