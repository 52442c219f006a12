import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "./exit.ts";
import type { Terminal } from "./terminal.ts";
import { pipedText, textOf } from "./text.ts";

/** The text of a file that somebody names; - is stdin. `what` is what it is to be: "the prompt". Errors: usage. */
export async function fileText(file: string, terminal: Terminal, what: string): Promise<string> {
  if (file === "-") return pipedText(terminal, what);
  const What = `${what[0]?.toUpperCase()}${what.slice(1)}`;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(file));
  } catch (error) {
    throw usageError(`${What} could not be read. ${readFault(file, error as NodeJS.ErrnoException)}`);
  }
  return textOf(bytes, `${What} in ${file}`);
}

function readFault(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (file.startsWith("~")) return `The shell has left ~ as it is in ${file}; write the path out.`;
  if (code === "ENOENT" || code === "ENOTDIR") return `There is no file ${file}.`;
  if (code === "EISDIR") return `${file} is a folder.`;
  return code === "EACCES" ? `You may not read ${file}.` : `${file}: ${message}.`;
}
