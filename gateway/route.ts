import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { JsonBody } from "./http/json-body.ts";
import type { Message } from "./http/message.ts";

/** What is asked for below a route, as it was written: nothing in it was decoded or resolved. */
export interface Ask {
  method: string;
  path: string;
  /** What follows the question mark; null: there is none. */
  query: string | null;
}

/** A method and a path that the route's credential is for. */
export interface Endpoint {
  kind: "git" | "github" | "call" | "count" | "models";
  /** The path at the upstream, without its query. */
  path: string;
}

/** One request on its way out. Inspectors may change `headers` and `body`. */
export interface Exchange extends Ask {
  endpoint: Endpoint;
  headers: OutgoingHttpHeaders;
  /** What a `read` route was sent; undefined where the method has no body, and on `raw` routes. */
  body: JsonBody | undefined;
}

/** The request is answered here and goes no further. */
export interface Refusal {
  status: number;
  message: string;
  /** The agent's program shall end with it rather than try again. */
  final?: true;
}

/** Looks after one exchange from its request to its end. */
export interface Watch {
  /** Before anything of the answer is passed on; a refusal takes the answer's place. */
  head?(status: number, headers: IncomingHttpHeaders): Refusal | undefined;
  /** On `read` routes: what goes on in the message's place. None holds it back. */
  message?(message: Message): Message[];
  /** Once, and also where the exchange was refused. What is returned still goes on when the answer came whole. */
  end?(how: Ending): Message[] | undefined;
}

/**
 * The answer came whole; either side broke off, maybe before it began; there was no way to the other side; one of us
 * refused.
 */
export type Ending = "whole" | "broken" | "unreachable" | "refused";

/**
 * One rule about a route's requests. A route is a chain of them from the agent to the provider: requests pass it in
 * order, the first refusal ends it; answers pass it the other way round.
 */
export type Inspector = (exchange: Exchange) => { refuse: Refusal } | { watch: Watch } | undefined;

/** A route answers below `/<pass>/<name>/`. */
export interface Route {
  name: string;
  /** `https://api.anthropic.com`, or what stands in for it. */
  upstream: URL;
  /** `raw`: streamed through as it is. `read`: a JSON request and its messages, which inspectors see and may change. */
  transport: "raw" | "read";
  /** Undefined: neither the credential nor the request goes there. */
  find(ask: Ask): Endpoint | undefined;
  inspectors: Inspector[];
  /** Where a redirect leads: below this route, to a place that is the agent's own affair, or nowhere. */
  redirect(location: URL): { path: string } | { elsewhere: URL } | { refuse: Refusal };
  /** Our own answers, as whoever usually answers here would give them. */
  refusal(refusal: Refusal): { status: number; type: string; body: string };
}

export const plainRefusal: Route["refusal"] = ({ status, message }) => ({
  status,
  type: "text/plain; charset=utf-8",
  body: `${message}\n`,
});
