import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../protocol/errors.ts";
import type { AwsContext } from "../store.ts";
import { LogStreamFiles } from "./stream.ts";

export interface GroupRow {
  readonly name: string;
  readonly created: number;
  readonly retention_days: number | null;
}

export interface StreamRow {
  readonly group_name: string;
  readonly name: string;
  readonly id: string;
  readonly created: number;
}

const DAY_MS = 86_400_000;
const SWEEP_EVERY_MS = 60_000;

/** Log groups and streams: names in the store, events in files. Also the awslogs driver of the containers. */
export class LogStore {
  private readonly context: AwsContext;
  private readonly folder: string;
  private lastSweep = Number.NEGATIVE_INFINITY;

  constructor(context: AwsContext) {
    this.context = context;
    this.folder = join(context.dataDir, "logs");
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    context.store.define(`
      CREATE TABLE IF NOT EXISTS log_groups (name TEXT PRIMARY KEY, created INTEGER, retention_days INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS log_streams (group_name TEXT, name TEXT, id TEXT, created INTEGER,
        PRIMARY KEY (group_name, name)) STRICT;`);
  }

  groups(prefix: string): GroupRow[] {
    const rows = this.context.store.all<GroupRow>("SELECT * FROM log_groups ORDER BY name");
    return rows.filter((row) => row.name.startsWith(prefix));
  }

  group(name: string): GroupRow | undefined {
    return this.context.store.one<GroupRow>("SELECT * FROM log_groups WHERE name = ?", name);
  }

  createGroup(name: string): void {
    this.context.store.run("INSERT INTO log_groups VALUES (?, ?, NULL)", name, this.context.now());
  }

  setRetention(name: string, days: number): void {
    this.context.store.run("UPDATE log_groups SET retention_days = ? WHERE name = ?", days, name);
  }

  deleteGroup(name: string): void {
    for (const stream of this.streams(name)) this.deleteStream(stream);
    this.context.store.run("DELETE FROM log_groups WHERE name = ?", name);
  }

  streams(group: string): StreamRow[] {
    return this.context.store.all<StreamRow>("SELECT * FROM log_streams WHERE group_name = ? ORDER BY name", group);
  }

  stream(group: string, name: string): StreamRow | undefined {
    return this.context.store.one<StreamRow>(
      "SELECT * FROM log_streams WHERE group_name = ? AND name = ?",
      group,
      name,
    );
  }

  createStream(group: string, name: string): StreamRow {
    const row = { group_name: group, name, id: randomUUID(), created: this.context.now() };
    this.context.store.run("INSERT INTO log_streams VALUES (?, ?, ?, ?)", group, name, row.id, row.created);
    return row;
  }

  deleteStream(row: StreamRow): void {
    this.context.store.run("DELETE FROM log_streams WHERE group_name = ? AND name = ?", row.group_name, row.name);
    this.files(row).remove();
  }

  /** The stream's files, with everything taken up that its container has written so far. */
  current(row: StreamRow): LogStreamFiles {
    const files = this.files(row);
    files.takeUp(this.context.now(), false);
    return files;
  }

  /** Events older than this many milliseconds since the epoch are no longer returned. */
  expiredBefore(group: string): number {
    const days = this.group(group)?.retention_days ?? null;
    return days === null ? Number.NEGATIVE_INFINITY : this.context.now() - days * DAY_MS;
  }

  /**
   * The file a container's stdout goes to; its stream is made if it is not there. Throws ResourceNotFoundException when
   * the group is not there and may not be made.
   */
  attach(group: string, name: string, mayCreateGroup: boolean): string {
    if (!this.group(group)) {
      if (!mayCreateGroup) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
      this.createGroup(group);
    }
    return this.files(this.stream(group, name) ?? this.createStream(group, name)).containerFile;
  }

  /** Takes up the rest, also a last line without its end: the container has stopped. */
  detach(group: string, name: string): void {
    const row = this.stream(group, name);
    if (row) this.files(row).takeUp(this.context.now(), true);
  }

  takeUp(group: string, name: string): void {
    const row = this.stream(group, name);
    if (row) this.current(row);
  }

  /** Removes the data of streams that are past retention as a whole; the stream itself stays, empty, as on AWS. */
  sweep(): void {
    const now = this.context.now();
    if (Math.abs(now - this.lastSweep) < SWEEP_EVERY_MS) return;
    this.lastSweep = now;
    for (const group of this.groups("").filter((each) => each.retention_days !== null)) {
      const before = this.expiredBefore(group.name);
      for (const row of this.streams(group.name)) {
        const files = this.files(row);
        const count = files.count;
        if (count > 0 && files.firstFrom(before) === count && files.lastWrite() < before) files.remove();
      }
    }
  }

  private files(row: StreamRow): LogStreamFiles {
    return new LogStreamFiles(join(this.folder, row.id));
  }
}
