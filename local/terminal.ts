import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import type { ShownLine } from "../contract/log.ts";
import { type Run, statusLabels } from "../contract/run.ts";

/** Where people read what the server does. */
export interface Terminal {
  line: (text?: string) => void;
}

export function terminalOn(stream: NodeJS.WritableStream): Terminal {
  return { line: (text = "") => stream.write(`${text}\n`) };
}

/** `label value` rows, labels aligned. */
export function rows(entries: [label: string, value: string][]): string {
  const width = Math.max(...entries.map(([label]) => label.length));
  return entries.map(([label, value]) => `  ${pc.green("➜")}  ${pc.bold(label.padEnd(width))}  ${value}`).join("\n");
}

/** Of a long text a person sees this many lines of its beginning and of its end. */
const shown = { first: 2, last: 4 };

/** A line of a run's log, as short as a person wants it while watching. */
export function logText(line: ShownLine): string {
  if (line.kind === "gap") return pc.yellow(`  … ${line.count} lines are missing`);
  const text = stripVTControlCharacters(line.text).trimEnd();
  switch (line.kind) {
    case "system":
      return pc.dim(`  · ${text}`);
    case "assistant":
      return indented(text, `  ${pc.magenta("●")} `);
    case "tool_call":
      return pc.cyan(indented(shortened(text), `  ${line.tool ?? "tool"} $ `));
    case "tool_result":
      return pc.dim(indented(shortened(text), "    │ ", "    │ "));
    case "error":
      return pc.red(indented(text, "  ✖ "));
  }
}

function shortened(text: string): string {
  const lines = text.split("\n");
  const left = lines.length - shown.first - shown.last;
  if (left <= 1) return text;
  return [...lines.slice(0, shown.first), `… ${left} more lines`, ...lines.slice(-shown.last)].join("\n");
}

function indented(text: string, first: string, rest = "    "): string {
  return text
    .split("\n")
    .map((line, n) => (n === 0 ? first : rest) + line)
    .join("\n");
}

export function statusText(run: Pick<Run, "status">): string {
  const label = statusLabels[run.status];
  return run.status === "DONE" ? pc.green(label) : pc.red(label);
}

export function durationText(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  return milliseconds < 60_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

export function costText(usd: number | null): string {
  return usd === null ? "not known" : `$${usd.toFixed(4)}`;
}
