import { createColors } from "picocolors";
import type { Environment } from "./env.ts";

export type Colors = ReturnType<typeof createColors>;

/** Where a command reads and writes: results go to stdout, everything that only accompanies them to stderr. */
export interface Terminal {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  colors: Colors;
  now(): Date;
}

export function openTerminal(process: NodeJS.Process, environment: Environment): Terminal {
  const { stdin, stdout, stderr } = process;
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  const wanted = FORCE_COLOR === undefined ? stdout.isTTY && TERM !== "dumb" : FORCE_COLOR !== "0";
  const colors = createColors(NO_COLOR === undefined && Boolean(wanted));
  return { stdin, stdout, stderr, colors, now: () => new Date() };
}

/** Characters in a line; a pipe has no edge. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY;
}
