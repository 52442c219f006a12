import * as z from "zod";
import type { LogPage } from "../../contract/log.ts";
import { isTerminal } from "../../contract/run.ts";
import { type EventPage, readStream } from "../aws/logs.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { invalid } from "../error.ts";
import { secondsSince } from "../time.ts";
import { gap, numbered } from "./lines.ts";

/** Where a page begins or ends: a token in one attempt's stream, and the number of the line beside it. */
const cursorShape = z.object({
  s: z.int().min(0),
  token: z.string().min(1).optional(),
  dir: z.enum(["forward", "backward"]),
  n: z.int().min(0).optional(),
});
type Cursor = z.infer<typeof cursorShape>;

function encode(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function decode(text: string, lastStream: number): Cursor {
  try {
    const cursor = cursorShape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    if (cursor.s <= lastStream) return cursor;
  } catch {
    // Not JSON, or of another shape.
  }
  throw invalid({ cursor: "is not one that a page of this log answered" });
}

/** CloudWatch may deliver the last lines of a container a little after its run has ended, in seconds. */
const deliveryLag = 10;

/**
 * One page of a run's log, oldest line first. Each page reads one stream once, so its price does not grow with the log.
 * A run that was tried again has one stream per attempt; pages go on from one to the next.
 */
export async function readLog(
  ctx: Context,
  run: RunRow,
  query: { cursor?: string | undefined; limit: number; from: "head" | "tail" },
): Promise<LogPage> {
  const streams = run.logStreams ?? [];
  const lastStream = Math.max(streams.length - 1, 0);
  const cursor = query.cursor ? decode(query.cursor, lastStream) : start(query.from, lastStream);
  const expiry = expiredAt(ctx, run);
  if (expiry !== undefined) return expiredPage(expiry);
  const { stream, attempt = run.attempt } = streams[cursor.s] ?? {};
  const wanted = { limit: query.limit, fromHead: cursor.dir === "forward", token: cursor.token };
  const page = stream === undefined ? undefined : await readStream(ctx.config, stream, wanted);
  return assemble(ctx, run, { cursor, attempt, lastStream, page: page ?? nothing });
}

function start(from: "head" | "tail", lastStream: number): Cursor {
  return from === "head" ? { s: 0, dir: "forward", n: 0 } : { s: lastStream, dir: "backward" };
}

/** A stream that is not there yet, or never will be, reads like an empty one. */
const nothing: EventPage = { messages: [], forward: undefined, backward: undefined };

interface Read {
  cursor: Cursor;
  attempt: number;
  lastStream: number;
  page: EventPage;
}

function assemble(ctx: Context, run: RunRow, { cursor, attempt, lastStream, page }: Read): LogPage {
  const forward = cursor.dir === "forward";
  // At an end of a stream the token that was sent comes back. An empty page alone proves nothing.
  const returned = isReturned(cursor, forward ? page.forward : page.backward, page.messages.length);
  const around = forward ? { after: cursor.n, until: undefined } : { after: returned ? 0 : undefined, until: cursor.n };
  const since = run.startedAt ?? run.createdAt;
  const { lines, lost, firstN, lastN } = numbered(page.messages, attempt, { ...around, since });
  const isEmptyStream = cursor.token === undefined && page.messages.length === 0;
  const readTo = lastN ?? (isEmptyStream ? 0 : undefined);
  const atEnd = forward ? returned : cursor.token === undefined;
  const atStart = forward ? cursor.token === undefined : returned;
  const isLast = cursor.s === lastStream;
  const reported = isLast && run.lastLine !== undefined && (readTo ?? 0) >= run.lastLine;
  const settled = isTerminal(run.status) && (reported || nothingMoreComes(ctx, run));
  const complete = settled && isLast && (atEnd || reported);
  const tail = complete && readTo !== undefined ? Math.max((run.lastLine ?? 0) - readTo, 0) : 0;
  if (tail > 0) lines.push(gap(readTo ?? 0, tail, attempt, run.endedAt ?? since));
  const next: Cursor =
    atEnd && forward && !isLast
      ? { s: cursor.s + 1, dir: "forward", n: 0 }
      : { s: cursor.s, dir: "forward", token: page.forward, n: readTo };
  const previous: Cursor = { s: cursor.s, dir: "backward", token: page.backward, n: firstN ?? cursor.n };
  const earlier: Cursor | undefined = cursor.s > 0 ? { s: cursor.s - 1, dir: "backward" } : undefined;
  const before = atStart ? earlier : previous;
  return {
    lines,
    nextCursor: encode(next),
    previousCursor: before ? encode(before) : null,
    complete,
    expired: false,
    expiredAt: null,
    lost: lost + tail,
  };
}

function isReturned(cursor: Cursor, token: string | undefined, count: number): boolean {
  if (token === undefined) return true;
  return cursor.token === undefined ? count === 0 : token === cursor.token;
}

function nothingMoreComes(ctx: Context, run: RunRow): boolean {
  return (run.logStreams ?? []).length === 0 || secondsSince(ctx.now(), run.endedAt) > deliveryLag;
}

const millisecondsPerDay = 86_400_000;

function expiredAt(ctx: Context, run: RunRow): string | undefined {
  if (run.endedAt === undefined) return undefined;
  const expiry = Date.parse(run.endedAt) + ctx.config.logRetentionDays * millisecondsPerDay;
  return expiry <= ctx.now().getTime() ? new Date(expiry).toISOString() : undefined;
}

function expiredPage(expiry: string): LogPage {
  const none = { lines: [], nextCursor: null, previousCursor: null, lost: 0 };
  return { ...none, complete: true, expired: true, expiredAt: expiry };
}
