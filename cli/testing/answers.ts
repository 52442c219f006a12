import { type ErrorCode, fieldsOf } from "../../contract/error.ts";
import type { LogLine } from "../../contract/log.ts";
import type { HandlerInput, Operation, Output } from "../../contract/operations.ts";
import { isTerminal, type Run } from "../../contract/run.ts";

export type StoredLine = LogLine & { attempt: number };

export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly fields: Record<string, string> | undefined;
  constructor(code: ErrorCode, message: string, fields?: Record<string, string>) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export function invalid(fields: Record<string, string>): Refusal {
  return new Refusal("invalid_input", "The input is not valid.", fields);
}

export function parse(schema: Operation["body"], value: unknown, code: ErrorCode): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    code,
    code === "not_found" ? "There is nothing here." : "The input is not valid.",
    fieldsOf(parsed.error),
  );
}

export function pageOf<T>(items: T[], { limit, cursor }: { limit: number; cursor?: string }) {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return { items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null };
}

/** As from one stream per attempt: no page holds lines of two, and an empty one leads from one to the next. */
export function logPageOf(
  run: Run,
  all: StoredLine[],
  query: HandlerInput<"getRunLogs">["query"],
): Output<"getRunLogs"> {
  const [index = "0", crossed] = query.cursor?.split("/") ?? [];
  const start = query.from === "tail" ? Math.max(0, all.length - query.limit) : Number(index);
  const turns = (at: number) => at > 0 && at < all.length && all[at]?.attempt !== all[at - 1]?.attempt;
  const atTurn = turns(start) && crossed === undefined;
  let end = start;
  while (!atTurn && end < all.length && end - start < query.limit && (end === start || !turns(end))) end += 1;
  return {
    lines: all.slice(start, end),
    nextCursor: atTurn ? `${start}/crossed` : String(end),
    previousCursor: start > 0 ? String(start) : null,
    complete: isTerminal(run.status) && end === all.length,
    expired: false,
    expiredAt: null,
    lost: 0,
  };
}
