import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** One request on its way out. Inspectors may change `headers` and `target`. */
export interface Exchange {
  method: string;
  /** Path and query below the route: `/v1/messages?beta=true`. Dot segments are resolved. */
  path: string;
  headers: OutgoingHttpHeaders;
  target: URL;
}

/** The request is answered here and goes no further. */
export interface Refusal {
  status: number;
  message: string;
}

/** Looks on while the response passes; it cannot hold it up. */
export interface Tap {
  head?(status: number, headers: IncomingHttpHeaders): void;
  chunk?(bytes: Buffer): void;
  end?(how: Ending): void;
}

/** The response came whole; either side broke off, maybe before it began; or there was no way to the other side. */
export type Ending = "whole" | "broken" | "unreachable";

/** One rule about requests of a route. A route is a chain of them; the first refusal ends it. */
export type Inspector = (exchange: Exchange) => { refuse: Refusal } | { tap: Tap } | undefined;

/** A route answers below `/<pass>/<name>/`. */
export interface Route {
  name: string;
  /** Where the request goes before inspectors have changed it; undefined is 404. */
  target(path: string): URL | undefined;
  inspectors: Inspector[];
  /** Our own answers, in the format of whoever usually answers here. */
  errorBody(refusal: Refusal): { type: string; body: string };
  /** The path below the route for an absolute redirect target, or undefined where it leads elsewhere. */
  routed?(location: URL): string | undefined;
}

export const plainError = (refusal: Refusal) => ({ type: "text/plain", body: `${refusal.message}\n` });
