import type { LogLine } from "../../contract/log.ts";
import type { Redactor } from "./redact/redactor.ts";

/** Bytes of a line in UTF-8, its line break left out. */
const MOST_BYTES = 15 * 1024;
/** Bytes that the fields around the text can take at most. */
const FRAME_BYTES = 512;

export type LogEntry = Pick<LogLine, "kind" | "text" | "tool">;

export interface Log {
  write(entry: LogEntry): void;
  /** The number of the last line written; 0 before the first. */
  readonly lastLine: number;
}

/** Numbered JSON lines: masked first, then cut to size. A long text goes on over several lines. */
export function createLog(options: { print(line: string): void; clock(): number; redactor: Redactor }): Log {
  let lastLine = 0;
  const print = (entry: LogEntry, more: boolean) => {
    const line: LogLine = { n: ++lastLine, t: new Date(options.clock()).toISOString(), ...entry };
    if (more) line.part = true;
    options.print(`${JSON.stringify(line)}\n`);
  };
  return {
    write({ kind, text, tool }) {
      const name = tool === undefined ? {} : { tool: options.redactor.redact(tool).slice(0, 100) };
      const parts = [...split(options.redactor.redact(text).toWellFormed(), MOST_BYTES - FRAME_BYTES)];
      for (const [i, part] of parts.entries()) print({ kind, text: part, ...name }, i < parts.length - 1);
    },
    get lastLine() {
      return lastLine;
    },
  };
}

/** Cuts a text so that each part, written as a JSON string, is at most `bytes` long. Surrogate pairs stay together. */
function* split(text: string, bytes: number): Generator<string> {
  // A UTF-16 unit becomes at most six bytes (\u0000), so a short text needs no counting.
  if (text.length * 6 <= bytes) return yield text;
  let start = 0;
  let used = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) as number;
    const size = jsonBytes(code);
    if (used + size > bytes) {
      yield text.slice(start, at);
      start = at;
      used = 0;
    }
    used += size;
    at += code > 0xffff ? 2 : 1;
  }
  yield text.slice(start);
}

function jsonBytes(code: number): number {
  if (code < 0x20) return 6;
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code > 0xffff ? 4 : 3;
}
