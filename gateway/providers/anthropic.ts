import type { Provider } from "./provider.ts";
import { oddMember, oddTool } from "./provider.ts";
import { count, object, string } from "./usage.ts";

const oauthBeta = "oauth-2025-04-20";

/** Tools whose use is in the usage figures. What runs in a container of the provider is billed by the hour. */
const meteredTool =
  /^(custom|(bash|text_editor|computer|memory|web_search|web_fetch|tool_search_tool)_\w+|mcp_toolset)$/;

export const anthropic: Provider = {
  name: "anthropic",
  route: "anthropic",
  host: "api.anthropic.com",
  listed: [
    { kind: "call", method: "POST", path: "/v1/messages", query: ["beta"] },
    { kind: "count", method: "POST", path: "/v1/messages/count_tokens", query: ["beta"] },
    { kind: "models", method: "GET", path: "/v1/models", query: ["beta", "limit", "after_id", "before_id"] },
    { kind: "models", method: "GET", path: "/v1/models", item: true, query: ["beta"] },
  ],

  signIn({ kind, value }, headers) {
    if (kind === "anthropicapikey") return { "x-api-key": value };
    const betas = String(headers["anthropic-beta"] ?? "");
    const beta = betas.includes(oauthBeta) ? betas : [betas, oauthBeta].filter(Boolean).join(",");
    return { authorization: `Bearer ${value}`, "anthropic-beta": beta };
  },

  /**
   * `message_start` carries the model and the input, each `message_delta` the output so far; a body that is not streamed
   * carries all. `input_tokens` leaves the cache out.
   */
  usage(usage, message) {
    const event = object(message);
    const body = event.type === "message_start" ? object(event.message) : event;
    const figures = object(body.usage);
    const whole = event.type !== "message_start" && typeof figures.output_tokens === "number";
    return {
      known: usage.known || whole,
      model: string(body.model) ?? usage.model,
      inputTokens: count(figures.input_tokens, usage.inputTokens),
      outputTokens: count(figures.output_tokens, usage.outputTokens),
      cacheReadTokens: count(figures.cache_read_input_tokens, usage.cacheReadTokens),
      cacheWriteTokens: count(figures.cache_creation_input_tokens, usage.cacheWriteTokens),
      cacheWrite1hTokens: count(object(figures.cache_creation).ephemeral_1h_input_tokens, usage.cacheWrite1hTokens),
      webSearches: count(object(figures.server_tool_use).web_search_requests, usage.webSearches),
    };
  },

  unmetered: (body) =>
    oddMember(body, {
      container: [],
      speed: ["standard"],
      service_tier: ["auto", "standard_only"],
      inference_geo: ["global", "not_available"],
    }) ?? oddTool(body.get("tools"), ({ type }) => type === undefined || meteredTool.test(string(type) ?? "")),

  error(message) {
    const event = object(message);
    if (event.type !== "error") return undefined;
    const error = object(event.error);
    return { type: string(error.type) ?? null, message: string(error.message) ?? "" };
  },

  kindOf(status, { type, message }) {
    if (type === "billing_error" || status === 402 || /credit balance/i.test(message)) return "credit";
    if (type === "authentication_error" || status === 401) return "credential";
    if (type === "permission_error" || type === "not_found_error" || status === 403 || status === 404)
      return "no-access";
    if (type === "rate_limit_error" || status === 429) return "rate-limit";
    if (type === "overloaded_error" || status === 529 || status === 503) return "overloaded";
    return status >= 400 && status < 500 ? "request" : "trouble";
  },

  /** Claude Code gives up at once at a 402 alone; anything else is asked again. */
  refusal({ status, message, final }) {
    const type = final ? "billing_error" : (types[status] ?? (status >= 500 ? "api_error" : "invalid_request_error"));
    const body = JSON.stringify({ type: "error", error: { type, message } });
    return { status: final ? 402 : status, type: "application/json", body };
  },
};

const types: Record<number, string> = { 403: "permission_error", 413: "request_too_large" };
