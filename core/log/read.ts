import * as z from "zod";
import { type LogPage, logLine, type ShownLine } from "../../contract/log.ts";
import { isTerminal } from "../../contract/run.ts";
import { type EventPage, readStream } from "../aws/logs.ts";
import type { RunRow } from "../aws/table.ts";
import type { Context } from "../context.ts";
import { invalid } from "../error.ts";
import { secondsSince } from "../run/timing.ts";

/** Where a page begins or ends: a token in one attempt's stream, and the number of the line beside it. */
const cursorShape = z.object({
  s: z.int().min(0),
  token: z.string().optional(),
  dir: z.enum(["forward", "backward"]),
  n: z.int().min(0).optional(),
});
type Cursor = z.infer<typeof cursorShape>;

function encode(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function decode(text: string): Cursor {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw invalid({ cursor: "is not one that a log page answered" });
  }
}

const millisecondsPerDay = 86_400_000;

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
  const last = streams.length - 1;
  const cursor: Cursor = query.cursor
    ? decode(query.cursor)
    : query.from === "head"
      ? { s: 0, dir: "forward", n: 0 }
      : { s: Math.max(last, 0), dir: "backward" };
  const stream = streams[cursor.s];
  const expiry = expiredAt(ctx, run);
  if (!stream?.stream) return emptyPage(run, expiry, query.cursor ?? encode({ s: 0, dir: "forward", n: 0 }));
  const page = expiry
    ? undefined
    : await readStream(ctx.config, stream.stream, {
        limit: query.limit,
        fromHead: cursor.dir === "forward",
        ...(cursor.token !== undefined && { token: cursor.token }),
      });
  if (!page) return emptyPage(run, expiry, query.cursor ?? encode(cursor));
  return assemble(ctx, run, cursor, stream.attempt ?? cursor.s + 1, last, page);
}

/** CloudWatch may deliver the last lines of a container a little after its run has ended, in seconds. */
const deliveryLag = 30;

function assemble(
  ctx: Context,
  run: RunRow,
  cursor: Cursor,
  attempt: number,
  lastStream: number,
  page: EventPage,
): LogPage {
  const before = cursor.dir === "forward" ? cursor.n : undefined;
  const { lines, lost, firstN, lastN } = numbered(
    page.messages,
    attempt,
    before,
    cursor.dir === "backward" ? cursor.n : undefined,
  );
  const forwardN = cursor.dir === "forward" ? (lastN ?? cursor.n ?? 0) : lastN;
  const reported = run.lastLine !== undefined && (forwardN ?? 0) >= run.lastLine;
  const settled = isTerminal(run.status) && (reported || secondsSince(ctx.now(), run.endedAt) > deliveryLag);
  // The token that was sent comes back at either end of a stream.
  const atEnd =
    cursor.dir === "forward" ? page.messages.length === 0 || page.forward === cursor.token : cursor.token === undefined;
  const atStart =
    cursor.dir === "backward"
      ? page.messages.length === 0 || page.backward === cursor.token
      : cursor.token === undefined;
  const goOn = atEnd && cursor.s < lastStream && cursor.dir === "forward";
  const next: Cursor = goOn
    ? { s: cursor.s + 1, dir: "forward", n: 0 }
    : { s: cursor.s, token: page.forward, dir: "forward", ...(forwardN !== undefined && { n: forwardN }) };
  const previous = previousOf(cursor, page, firstN, atStart);
  const reachesLast = cursor.s === lastStream && (atEnd || reported);
  const tail =
    settled && reachesLast && run.lastLine !== undefined && forwardN !== undefined ? run.lastLine - forwardN : 0;
  if (tail > 0) lines.push(gap(forwardN ?? 0, tail, attempt, run.endedAt ?? run.createdAt));
  return {
    lines,
    nextCursor: encode(next),
    previousCursor: previous && encode(previous),
    complete: settled && reachesLast,
    expired: false,
    expiredAt: null,
    lost: lost + Math.max(tail, 0),
  };
}

function previousOf(cursor: Cursor, page: EventPage, firstN: number | undefined, atStart: boolean): Cursor | null {
  if (!atStart)
    return { s: cursor.s, token: page.backward, dir: "backward", ...(firstN !== undefined && { n: firstN }) };
  return cursor.s > 0 ? { s: cursor.s - 1, dir: "backward" } : null;
}

/** Reads the runner's lines and shows a gap wherever a number is missing. */
function numbered(
  messages: EventPage["messages"],
  attempt: number,
  after: number | undefined,
  until: number | undefined,
) {
  const lines: ShownLine[] = [];
  let [previous, lost, firstN] = [after, 0, undefined as number | undefined];
  for (const message of messages) {
    const line = parse(message.text, message.at, (previous ?? 0) + 1);
    firstN ??= line.n;
    const missing = previous === undefined ? 0 : line.n - previous - 1;
    if (missing > 0) {
      lines.push(gap(previous ?? 0, missing, attempt, line.t));
      lost += missing;
    }
    lines.push({ ...line, attempt });
    previous = line.n;
  }
  const missing = until !== undefined && previous !== undefined ? until - previous - 1 : 0;
  if (missing > 0) {
    lines.push(gap(previous ?? 0, missing, attempt, messages.at(-1)?.at.toISOString() ?? ""));
    lost += missing;
  }
  return { lines, lost, firstN, lastN: previous };
}

function gap(after: number, count: number, attempt: number, t: string): ShownLine {
  return { kind: "gap", n: after + 1, count, attempt, t };
}

/** What is not a line of the runner (a crash of Node, say) is shown as it stands. */
function parse(text: string, at: Date, n: number) {
  try {
    return logLine.parse(JSON.parse(text));
  } catch {
    return { n, t: at.toISOString(), kind: "error" as const, text };
  }
}

function expiredAt(ctx: Context, run: RunRow): string | undefined {
  if (run.endedAt === undefined) return undefined;
  const expiry = Date.parse(run.endedAt) + ctx.config.logRetentionDays * millisecondsPerDay;
  return expiry <= ctx.now().getTime() ? new Date(expiry).toISOString() : undefined;
}

function emptyPage(run: RunRow, expiry: string | undefined, cursor: string): LogPage {
  const ended = isTerminal(run.status);
  return {
    lines: [],
    nextCursor: expiry ? null : cursor,
    previousCursor: null,
    complete: ended,
    expired: expiry !== undefined,
    expiredAt: expiry ?? null,
    lost: 0,
  };
}
