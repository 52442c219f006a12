import type { GetLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../protocol/errors.ts";
import type { Answer } from "../protocol/service.ts";
import type { LogStreamFiles } from "./stream.ts";

const PAGE_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;

export interface PageRequest {
  readonly limit: number;
  readonly token: string | undefined;
  /** Without a token: the first page rather than the last. */
  readonly fromHead: boolean;
  /** Milliseconds since the epoch, inclusive. */
  readonly since: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly until: number;
}

/**
 * One page of a stream, with AWS's tokens: `f/` continues after the page and `b/` before it, both name an event by its
 * number. At either end the same token comes back.
 */
export function readPage(files: LogStreamFiles, request: PageRequest): Answer<GetLogEventsResponse> {
  const first = files.firstFrom(request.since);
  const end = Math.max(
    first,
    request.until === Number.POSITIVE_INFINITY ? files.count : files.firstFrom(request.until),
  );
  const place = startingPlace(request, first, end);
  const [from, to] = place.forward
    ? [place.at, place.at + fits(files.lengths(place.at, Math.min(end, place.at + request.limit)))]
    : [place.at - fits(files.lengths(Math.max(first, place.at - request.limit), place.at).reverse()), place.at];
  return {
    events: files.read(from, to),
    nextForwardToken: `f/${String(to).padStart(56, "0")}/s`,
    nextBackwardToken: `b/${String(from).padStart(56, "0")}/s`,
  };
}

function startingPlace(request: PageRequest, first: number, end: number): { forward: boolean; at: number } {
  if (request.token === undefined) return { forward: request.fromHead, at: request.fromHead ? first : end };
  const match = /^([fb])\/(\d{56})\/s$/.exec(request.token);
  if (!match) throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  return { forward: match[1] === "f", at: Math.min(Math.max(Number(match[2]), first), end) };
}

/** How many events of these lengths go on one page; one always does. */
function fits(lengths: readonly number[]): number {
  let bytes = 0;
  for (const [index, length] of lengths.entries()) {
    bytes += length + EVENT_OVERHEAD_BYTES;
    if (bytes > PAGE_BYTES && index > 0) return index;
  }
  return lengths.length;
}
