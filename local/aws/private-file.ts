import { chmodSync, closeSync, existsSync, openSync } from "node:fs";

/**
 * Makes a file that only its owner can read, unless it is there; takes one that is there from all others. So SQLite's
 * files beside it are its owner's too: they get the mode of the database itself.
 */
export function keepPrivate(file: string): void {
  // One that is there is not opened: closing it would let go of a lock that this process has on it.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  for (const each of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(each)) chmodSync(each, 0o600);
}
