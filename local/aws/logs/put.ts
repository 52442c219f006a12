import type { InputLogEvent, RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../protocol/errors.ts";
import type { Checked } from "../protocol/service.ts";
import type { LogEvent } from "./stream.ts";

const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const DAY_MS = 86_400_000;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * 3_600_000;

/**
 * Checks a PutLogEvents batch by CloudWatch's rules. Throws InvalidParameterException for a batch that is too big, out
 * of order or longer than a day; events that are too old, expired or too new are left out and said so.
 */
export function acceptEvents(
  events: readonly Checked<InputLogEvent>[],
  now: number,
  expiredBefore: number,
): { accepted: LogEvent[]; rejected: RejectedLogEventsInfo | undefined } {
  checkBatch(events);
  const times = events.map((event) => event.timestamp);
  const expiredEnd = countWhile(times, (time) => time < expiredBefore);
  const oldEnd = countWhile(times, (time) => time < now - OLDEST_MS);
  const newStart = countWhile(times, (time) => time <= now + NEWEST_MS);
  const accepted = events.slice(Math.max(expiredEnd, oldEnd), newStart);
  const rejected = {
    ...(expiredEnd > 0 && { expiredLogEventEndIndex: expiredEnd }),
    ...(oldEnd > 0 && { tooOldLogEventEndIndex: oldEnd }),
    ...(newStart < events.length && { tooNewLogEventStartIndex: newStart }),
  };
  return {
    accepted: accepted.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: now })),
    rejected: Object.keys(rejected).length > 0 ? rejected : undefined,
  };
}

function checkBatch(events: readonly Checked<InputLogEvent>[]): void {
  if (events.length < 1 || events.length > MAX_EVENTS)
    throw invalid(`A batch must hold between 1 and ${MAX_EVENTS} log events.`);
  let bytes = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    if (event.message === "") throw invalid("A log event's message must hold at least one character.");
    if (event.timestamp < last)
      throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
    bytes += Buffer.byteLength(event.message, "utf8") + EVENT_OVERHEAD_BYTES;
    last = event.timestamp;
  }
  if (bytes > MAX_BATCH_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  if (last - (events[0]?.timestamp ?? last) > DAY_MS)
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
}

function countWhile(times: readonly number[], holds: (time: number) => boolean): number {
  const end = times.findIndex((time) => !holds(time));
  return end < 0 ? times.length : end;
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
