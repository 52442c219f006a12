import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { keepPrivate } from "./private-file.ts";
import { identify, type ProcessIdentity } from "./process.ts";

const identitySchema = z.object({ pid: z.number(), startTime: z.string() });
const noteSchema = z.object({ owner: identitySchema, child: identitySchema.optional() });
type Note = z.infer<typeof noteSchema>;

/** A lock that is held by this process until `release`. */
export interface Lock {
  /** What the owner before us left in the lock's note; its child may still be running. */
  readonly previous: Note | undefined;
  /** Notes the child process that must not outlive this owner. */
  recordChild(child: ProcessIdentity): void;
  /** A second call does nothing. */
  release(): void;
}

const sqliteBusy = 5;

/**
 * Takes an exclusive lock or throws, naming the process that holds it. The lock itself is SQLite's on `file`, which the
 * kernel drops when its owner dies, however it dies: so there is no stale lock to judge. Who holds it, and since when
 * that process runs, stands in `<file>.json` beside it.
 */
export function acquireLock(file: string): Lock {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const noteFile = `${file}.json`;
  keepPrivate(file);
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA busy_timeout=0; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error;
    const owner = readNote(noteFile)?.owner;
    throw new Error(`${file} is held by process ${owner?.pid ?? "unknown"}. Stop that process, or use another folder.`);
  }
  const previous = readNote(noteFile);
  const owner = identify(process.pid);
  if (!owner) throw new Error("This system does not tell when a process was started, so no lock can be noted.");
  writeNote(noteFile, { owner, ...(previous?.child && { child: previous.child }) });
  return {
    previous,
    recordChild: (child) => writeNote(noteFile, { owner, child }),
    release: () => {
      if (db.isOpen) db.close();
    },
  };
}

function readNote(file: string): Note | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function writeNote(file: string, note: Note): void {
  writeFileSync(file, JSON.stringify(note), { mode: 0o600 });
}
