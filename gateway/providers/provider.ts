import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { ModelCall, WorkOrder } from "../../contract/work-order.ts";
import type { JsonBody } from "../http/json-body.ts";
import type { Ask, Endpoint, Route } from "../route.ts";
import { type Json, list, string, type Usage } from "./usage.ts";

export type ProviderName = ModelCall["provider"];
export type Credential = WorkOrder["secrets"]["credential"];

/** All that differs from one model provider to the next. */
export interface Provider {
  name: ProviderName;
  /** The first segment of its paths at the gateway. */
  route: string;
  host: string;
  listed: Listed[];
  signIn(credential: Credential, headers: OutgoingHttpHeaders): OutgoingHttpHeaders;
  /** Takes what a body or an event says into account. Later figures replace earlier ones. */
  usage(usage: Usage, message: unknown): Usage;
  /** Why a call would cost what its usage does not tell, for people; undefined: it would not. */
  unmetered(body: JsonBody): string | undefined;
  /** The error that a body or an event is, with the provider's own name for it. */
  error(message: unknown): { type: string | null; message: string } | undefined;
  /** What an error of this status and name is about. */
  kindOf(status: number, error: { type: string | null; message: string }): RefusalKind;
  refusal: Route["refusal"];
}

/** What a provider's refusal is about: each has another remedy. */
export type RefusalKind =
  /** The credential is not accepted. */
  | "credential"
  /** The account may not use this model, or there is no such model. */
  | "no-access"
  /** Nothing is left to pay with. */
  | "credit"
  | "rate-limit"
  | "overloaded"
  /** The request itself. */
  | "request"
  /** The provider's own trouble. */
  | "trouble";

export interface ProviderRefusal {
  kind: RefusalKind;
  /** The HTTP status; 200 where the refusal came inside a stream. */
  status: number;
  /** The provider's name for it, such as `rate_limit_error`. */
  type: string | null;
  /** The provider's own words; empty where it had none. */
  message: string;
  /** Seconds until it may be tried again, as the provider says. */
  retryAfterSeconds: number | null;
}

/** A method and a path that carry the credential, and the names that may stand in the query. */
export interface Listed {
  kind: Endpoint["kind"];
  method: "GET" | "POST";
  path: string;
  /** The path goes on with one more segment. */
  item?: true;
  query: string[];
}

export function findListed(listed: Listed[], { method, path, query }: Ask): Endpoint | undefined {
  const found = listed.find(
    (it) =>
      it.method === method &&
      (it.item
        ? path.startsWith(`${it.path}/`) && /^[\w.:@-]+$/.test(path.slice(it.path.length + 1))
        : path === it.path) &&
      (query === null || query.split("&").every((part) => isNamed(part, it.query))),
  );
  return found && { kind: found.kind, path };
}

const isNamed = (part: string, names: string[]) => {
  const [, name] = /^(\w+)=[\w.:-]*$/.exec(part) ?? [];
  return name !== undefined && names.includes(name);
};

/** The first of these members of a request that has another value than these. */
export function oddMember(body: JsonBody, allowed: Record<string, unknown[]>): string | undefined {
  for (const [name, values] of Object.entries(allowed)) {
    const value = body.get(name) ?? null;
    if (value !== null && !values.includes(value)) return `"${name}" of the request`;
  }
  return undefined;
}

/** The first tool that is none of these, also inside of a group of tools. */
export function oddTool(tools: unknown, known: (tool: Json) => boolean): string | undefined {
  for (const tool of list(tools)) {
    if (!known(tool)) return `the tool ${string(tool.type)?.slice(0, 100) ?? "without a type"}`;
    const inner = oddTool(tool.tools, known);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Seconds, from either header that says how long to wait. */
export function retryAfter(headers: IncomingHttpHeaders, now: number): number | null {
  const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (ms >= 0) return Math.ceil(ms / 1000);
  const text = headers["retry-after"];
  if (text === undefined) return null;
  const seconds = Number(text);
  if (seconds >= 0) return Math.ceil(seconds);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}
