import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { keepPrivate } from "./private-file.ts";

type Row = Record<string, SQLInputValue>;

/** What every service of the local AWS shares. */
export interface AwsContext {
  readonly account: string;
  readonly region: string;
  readonly dataDir: string;
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Takes what goes wrong in work that nobody waits for. */
  readonly onFault: (what: string, error: unknown) => void;
}

/** The state of the local AWS: one SQLite file that only its owner can read. */
export class Store {
  private readonly db: DatabaseSync;
  private depth = 0;

  /**
   * WAL with synchronous=FULL: what was acknowledged outlives a power cut as it does on AWS. A run costs about ten
   * writes here, so the fsync of each is not felt. secure_delete: a deleted secret leaves no bytes behind.
   */
  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, 0o700);
    const file = join(dataDir, "aws.sqlite");
    keepPrivate(file);
    this.db = new DatabaseSync(file);
    this.db.exec(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA busy_timeout=2000;",
    );
  }

  define(sql: string): void {
    this.db.exec(sql);
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.db.prepare(sql).run(...values).changes);
  }

  one<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.db.prepare(sql).get(...values) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.db.prepare(sql).all(...values) as T[];
  }

  /** Runs `work` as one transaction; an inner call joins the outer one. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.db.exec("BEGIN IMMEDIATE");
    this.depth += 1;
    try {
      const result = work();
      this.db.exec("COMMIT");
      return result;
    } catch (error) {
      // On a full disk SQLite has rolled back by itself, and a second time would hide why.
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  /** Writes the log back into the file and empties it, so that what was overwritten is nowhere any more. */
  checkpoint(): void {
    this.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  get isOpen(): boolean {
    return this.db.isOpen;
  }

  close(): void {
    this.db.close();
  }
}
