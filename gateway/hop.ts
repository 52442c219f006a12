import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { backward } from "./http/headers.ts";
import type { Bounds, Upstreams } from "./http/upstream.ts";
import type { Inspection } from "./inspection.ts";
import type { Exchange, Refusal, Route } from "./route.ts";

/** One request at the gateway, with all that it takes to pass it on. */
export interface Hop {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  exchange: Exchange;
  inspection: Inspection;
  upstreams: Upstreams;
  bounds: Bounds;
  /** `/<pass>/<route>`, where paths below the route begin for the agent. */
  base: string;
}

/** Whose words our own answers are in. */
export type Answerer = Pick<Route, "refusal">;

/** Answers a request here. */
export function refuse(
  { request, response, route }: Pick<Hop, "request" | "response"> & { route: Answerer },
  refusal: Refusal,
): void {
  const { status, type, body } = route.refusal(refusal);
  request.resume();
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

export const unreached = ({ upstream }: Route, connected: boolean): Refusal => ({
  status: 502,
  message: `${upstream.hostname} ${connected ? "broke off before it had answered" : "could not be reached"}.`,
});

/** The headers that an answer goes on with, or why it does not go on. */
export function answerHead(
  hop: Hop,
  incoming: IncomingMessage,
): { headers: OutgoingHttpHeaders } | { refuse: Refusal } {
  const { route, exchange, inspection, base } = hop;
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 599) {
    return { refuse: { status: 502, message: `${route.upstream.hostname} answered with the status ${status}.` } };
  }
  const refusal = inspection.head(status, incoming.headers);
  if (refusal) return { refuse: refusal };
  const headers = backward(incoming.headers);
  const { location } = incoming.headers;
  const moved = status >= 300 && status < 400 && status !== 304;
  const asked = new URL(exchange.endpoint.path, route.upstream);
  if (location === undefined || !URL.canParse(location, asked)) {
    if (!moved || route.transport === "raw") return { headers };
    return { refuse: { status: 502, message: `${route.upstream.hostname} answered with a redirect.` } };
  }
  const to = route.redirect(new URL(location, asked));
  if ("refuse" in to) return moved ? to : { headers };
  headers.location = "path" in to ? base + to.path : to.elsewhere.href;
  return { headers };
}
