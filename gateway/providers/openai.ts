import type { Provider } from "./provider.ts";
import { oddMember, oddTool } from "./provider.ts";
import { count, type Json, list, object, string } from "./usage.ts";

/** Tools whose use is in the usage figures or is counted here. Containers, files and images have bills of their own. */
const meteredTool =
  /^(function|custom|namespace|local_shell|apply_patch|tool_search|mcp|computer\w*|web_search(_\w+)?)$/;

export const openai: Provider = {
  name: "openai",
  route: "openai",
  host: "api.openai.com",
  listed: [
    { kind: "call", method: "POST", path: "/v1/responses", query: [] },
    { kind: "call", method: "POST", path: "/v1/responses/compact", query: [] },
    { kind: "count", method: "POST", path: "/v1/responses/input_tokens", query: [] },
    { kind: "models", method: "GET", path: "/v1/models", query: ["client_version"] },
    { kind: "models", method: "GET", path: "/v1/models", item: true, query: [] },
  ],

  signIn: ({ value }) => ({ authorization: `Bearer ${value}` }),

  /** The event that ends a response, or the body, carries all. `input_tokens` includes the cached. */
  usage(usage, message) {
    const event = object(message);
    const body = isEvent(event) ? object(event.response) : event;
    const figures = object(body.usage);
    const details = object(figures.input_tokens_details);
    const cacheRead = count(details.cached_tokens, usage.cacheReadTokens);
    const cacheWrite = count(details.cache_write_tokens, usage.cacheWriteTokens);
    const input = count(figures.input_tokens, -1);
    return {
      known: usage.known || input >= 0,
      model: string(body.model) ?? usage.model,
      inputTokens: input < 0 ? usage.inputTokens : Math.max(0, input - cacheRead - cacheWrite),
      outputTokens: count(figures.output_tokens, usage.outputTokens),
      cacheReadTokens: cacheRead,
      cacheWriteTokens: cacheWrite,
      cacheWrite1hTokens: 0,
      webSearches: Math.max(usage.webSearches, list(body.output).filter(isSearch).length),
    };
  },

  unmetered: (body) =>
    oddMember(body, {
      background: [false],
      container: [],
      conversation: [],
      // A stored prompt brings tools along that nobody sees here.
      prompt: [],
      service_tier: ["auto", "default"],
    }) ?? oddTool(body.get("tools"), ({ type }) => meteredTool.test(string(type) ?? "")),

  error(message) {
    const event = object(message);
    const error = object(
      isEvent(event) ? object(event.response).error : (event.error ?? (event.type === "error" && event)),
    );
    const words = string(error.message);
    const type = string(error.code) ?? string(error.type) ?? null;
    return words === undefined && type === null ? undefined : { type, message: words ?? "" };
  },

  kindOf(status, { type }) {
    if (type === "insufficient_quota" || type === "billing_hard_limit_reached" || status === 402) return "credit";
    if (type === "invalid_api_key" || status === 401) return "credential";
    if (type === "model_not_found" || status === 403 || status === 404) return "no-access";
    if (type === "rate_limit_exceeded" || type === "tokens" || type === "requests" || status === 429)
      return "rate-limit";
    if (type === "server_is_overloaded" || type === "slow_down" || status === 503) return "overloaded";
    return status >= 400 && status < 500 ? "request" : "trouble";
  },

  /** At a 400 in plain text Codex ends its turn with that text; most others are asked again. */
  refusal({ status, message, final }) {
    if (final) return { status: 400, type: "text/plain; charset=utf-8", body: message };
    const type = status >= 500 ? "server_error" : "invalid_request_error";
    const body = JSON.stringify({ error: { type, code: null, param: null, message } });
    return { status, type: "application/json", body };
  },
};

const isEvent = ({ type }: Json) => typeof type === "string" && type.startsWith("response.");
/** Opening a page it has found costs nothing but tokens. */
const isSearch = ({ type, action }: Json) =>
  type === "web_search_call" && ["search", undefined].includes(object(action).type as string | undefined);
