import { randomUUID } from "node:crypto";
import type { AwsContext } from "../store.ts";

/** Calls a schedule's target; rejects when the target did not take the payload. */
export type Invoke = (targetArn: string, payload: string) => Promise<void>;

export interface DeadLetter {
  readonly executionId: string;
  readonly scheduleArn: string;
  readonly targetArn: string;
  /** The queue the schedule names; empty when it names none. */
  readonly queueArn: string;
  readonly payload: string;
  readonly slot: Date;
  readonly attempts: number;
  readonly error: string;
  readonly at: Date;
}

export interface Invocation {
  readonly scheduleArn: string;
  readonly targetArn: string;
  readonly queueArn: string;
  readonly input: string | undefined;
  readonly slot: number;
  /** The target is called so long after the slot. */
  readonly delayMs: number;
  /** From the slot on. */
  readonly maxAgeSeconds: number;
  readonly maxRetries: number;
}

interface Row {
  id: string;
  schedule_arn: string;
  target_arn: string;
  queue_arn: string;
  input: string | null;
  slot: number;
  max_age: number;
  max_retries: number;
  attempts: number;
}

const LONGEST_PAUSE_MS = 10 * 60_000;

/**
 * The invocations that slots have become. One is stored in the same transaction that moves its schedule on, and goes
 * only when its target has taken it or when it has become a dead letter: a crash between delivers it twice, never not.
 */
export class Deliveries {
  private readonly context: AwsContext;
  private readonly invoke: Invoke;
  private readonly inFlight = new Map<string, Promise<void>>();

  constructor(context: AwsContext, invoke: Invoke) {
    this.context = context;
    this.invoke = invoke;
    context.store.define(`
      CREATE TABLE IF NOT EXISTS invocations (id TEXT PRIMARY KEY, schedule_arn TEXT, target_arn TEXT, queue_arn TEXT,
        input TEXT, slot INTEGER, max_age INTEGER, max_retries INTEGER, attempts INTEGER, next_at INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS dead_letters (id TEXT PRIMARY KEY, schedule_arn TEXT, target_arn TEXT, queue_arn TEXT,
        payload TEXT, slot INTEGER, attempts INTEGER, error TEXT, at INTEGER) STRICT;`);
  }

  enqueue(invocation: Invocation): void {
    const { scheduleArn, targetArn, queueArn, input, slot, delayMs, maxAgeSeconds, maxRetries } = invocation;
    this.context.store.run(
      "INSERT INTO invocations VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
      randomUUID(),
      scheduleArn,
      targetArn,
      queueArn,
      input ?? null,
      slot,
      maxAgeSeconds,
      maxRetries,
      slot + delayMs,
    );
  }

  isPending(scheduleArn: string): boolean {
    return this.context.store.one("SELECT 1 FROM invocations WHERE schedule_arn = ?", scheduleArn) !== undefined;
  }

  deadLetters(): DeadLetter[] {
    const rows = this.context.store.all<Omit<Row, "input"> & { payload: string; error: string; at: number }>(
      "SELECT * FROM dead_letters ORDER BY at, id",
    );
    return rows.map((row) => ({
      executionId: row.id,
      scheduleArn: row.schedule_arn,
      targetArn: row.target_arn,
      queueArn: row.queue_arn,
      payload: row.payload,
      slot: new Date(row.slot),
      attempts: row.attempts,
      error: row.error,
      at: new Date(row.at),
    }));
  }

  /** Gives up what waits for its slot to come again, and tells of each; other invocations wait for now at most. */
  takeBackAfter(time: number, tell: (taken: { schedule_arn: string; slot: number }) => void): void {
    const { store } = this.context;
    const ahead = store.all<Row>("SELECT * FROM invocations WHERE slot > ?", time);
    for (const row of ahead) {
      store.run("DELETE FROM invocations WHERE id = ?", row.id);
      tell(row);
    }
    store.run("UPDATE invocations SET next_at = ? WHERE next_at > ?", time, time + LONGEST_PAUSE_MS);
  }

  /** Starts what is due and is not already on its way. A slow target delays no other, so nothing is waited for. */
  startDue(): void {
    const due = this.context.store.all<Row>("SELECT * FROM invocations WHERE next_at <= ?", this.context.now());
    for (const row of due) {
      if (this.inFlight.has(row.id)) continue;
      this.inFlight.set(
        row.id,
        this.deliver(row)
          // It stays due, and is delivered again: at least once is what Scheduler promises.
          .catch((error: unknown) => this.context.onFault("what became of a delivery could not be kept", error))
          .finally(() => this.inFlight.delete(row.id)),
      );
    }
  }

  /** Resolves when everything that was started has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight.values());
  }

  private async deliver(row: Row): Promise<void> {
    const attempt = row.attempts + 1;
    const payload = this.payload(row, attempt);
    try {
      await this.invoke(row.target_arn, payload);
      if (this.context.store.isOpen) this.context.store.run("DELETE FROM invocations WHERE id = ?", row.id);
    } catch (error) {
      if (this.context.store.isOpen)
        this.failed(row, attempt, payload, error instanceof Error ? error.message : String(error));
    }
  }

  private failed(row: Row, attempt: number, payload: string, error: string): void {
    const { store, now } = this.context;
    const next = now() + Math.min(2 ** attempt * 1000, LONGEST_PAUSE_MS);
    if (attempt <= row.max_retries && next <= row.slot + row.max_age * 1000) {
      store.run("UPDATE invocations SET attempts = ?, next_at = ? WHERE id = ?", attempt, next, row.id);
      return;
    }
    store.transaction(() => {
      store.run("DELETE FROM invocations WHERE id = ?", row.id);
      store.run(
        "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.schedule_arn,
        row.target_arn,
        row.queue_arn,
        payload,
        row.slot,
        attempt,
        error,
        now(),
      );
    });
  }

  private payload(row: Row, attempt: number): string {
    const time = new Date(row.slot).toISOString().replace(/\.\d{3}Z$/, "Z");
    if (row.input === null) return this.defaultEvent(row, time);
    return row.input
      .replaceAll("<aws.scheduler.schedule-arn>", row.schedule_arn)
      .replaceAll("<aws.scheduler.scheduled-time>", time)
      .replaceAll("<aws.scheduler.execution-id>", row.id)
      .replaceAll("<aws.scheduler.attempt-number>", String(attempt));
  }

  /** What Scheduler sends when the target has no Input. */
  private defaultEvent(row: Row, time: string): string {
    const { account, region } = this.context;
    return JSON.stringify({
      version: "0",
      id: row.id,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account,
      time,
      region,
      resources: [row.schedule_arn],
      detail: "{}",
    });
  }
}
