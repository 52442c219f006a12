import { createHash } from "node:crypto";
import type { AwsContext } from "./store.ts";

const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** Remembers for 24 hours what was answered to a client token, and whether the parameters were the same. */
export class ClientTokens {
  private readonly context: AwsContext;

  constructor(context: AwsContext) {
    this.context = context;
    context.store.define(
      "CREATE TABLE IF NOT EXISTS client_tokens (scope TEXT, token TEXT, parameters TEXT, answer TEXT, at INTEGER, PRIMARY KEY (scope, token)) STRICT",
    );
  }

  /** The answer remembered for this token: `same` says whether the parameters are those of the first call. */
  find(scope: string, token: string, parameters: unknown): { answer: string; same: boolean } | undefined {
    const since = this.context.now() - REMEMBERED_MS;
    const row = this.context.store.one<{ answer: string; parameters: string }>(
      "SELECT answer, parameters FROM client_tokens WHERE scope = ? AND token = ? AND at > ?",
      scope,
      token,
      since,
    );
    return row && { answer: row.answer, same: row.parameters === fingerprint(parameters) };
  }

  /** Call this inside the transaction that does the work. */
  remember(scope: string, token: string, parameters: unknown, answer: string): void {
    const { store, now } = this.context;
    store.run("DELETE FROM client_tokens WHERE at <= ?", now() - REMEMBERED_MS);
    store.run(
      "INSERT OR REPLACE INTO client_tokens VALUES (?, ?, ?, ?, ?)",
      scope,
      token,
      fingerprint(parameters),
      answer,
      now(),
    );
  }
}

function fingerprint(parameters: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(parameters)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
