import { type Dirent, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Something below a folder, with its text as bytes of Latin-1; links are read as links, the rest has no text. */
export interface Entry {
  path: string;
  text: string;
}

/** All that lies below a folder that programs are working in: what is gone by the time it is read is left out. */
export function everythingBelow(folder: string): Entry[] {
  return orGone(() => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const path = join(folder, entry.name);
    const found = orGone(() => [{ path, text: textOf(entry, path) }]);
    return entry.isDirectory() ? [...found, ...everythingBelow(path)] : found;
  });
}

function textOf(entry: Dirent, path: string): string {
  if (entry.isSymbolicLink()) return readlinkSync(path);
  return entry.isFile() ? readFileSync(path, "latin1") : "";
}

function orGone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
