import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { keepPrivate } from "../aws/private-file.ts";

/** How far each shard of a stream has been handled. What `set` was given outlives a kill and a power cut. */
export interface Positions {
  get: (shardId: string) => string | undefined;
  set: (shardId: string, sequenceNumber: string) => void;
  close: () => void;
}

/** Of one stream: another one, of a table that was made anew, starts from its beginning. */
export function openPositions(file: string, streamArn: string): Positions {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  keepPrivate(file);
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000;
    CREATE TABLE IF NOT EXISTS positions (stream TEXT, shard TEXT, sequence TEXT, PRIMARY KEY (stream, shard)) STRICT;`);
  const get = db.prepare("SELECT sequence FROM positions WHERE stream = ? AND shard = ?");
  const set = db.prepare("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)");
  return {
    get: (shardId) => get.get(streamArn, shardId)?.sequence as string | undefined,
    set: (shardId, sequenceNumber) => void set.run(streamArn, shardId, sequenceNumber),
    close: () => db.close(),
  };
}
