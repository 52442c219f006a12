import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "../testing/gateway.ts";

afterEach(closeGateways);

type Provider = "anthropic" | "openai";
const paths = { anthropic: "/anthropic/v1/messages", openai: "/openai/v1/responses" };

/** Sends this request to a provider that answers so. */
async function call(provider: Provider, body: unknown, status = 200, answer: unknown = {}, headers = {}) {
  const streamed = typeof answer === "string";
  const opened = await testGateway(
    (_, response) => {
      response.writeHead(status, { "content-type": streamed ? "text/event-stream" : "application/json", ...headers });
      response.end(streamed ? answer : JSON.stringify(answer));
    },
    { provider, countTurns: true },
  );
  const asked = await fetch(opened.url + paths[provider], { method: "POST", body: JSON.stringify(body) });
  const text = await asked.text();
  return { ...opened, status: asked.status, text, type: asked.headers.get("content-type") };
}

const event = (type: string, more: object) => ({ type, ...more });
const events = (...all: { type: string }[]) =>
  all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");

describe("what a call used", () => {
  test("tells what is cached for an hour and what was searched apart, at Anthropic", async () => {
    const usage = { input_tokens: 5, cache_creation_input_tokens: 9, cache_read_input_tokens: 2, output_tokens: 1 };
    const creation = { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 7 };
    const { calls } = await call(
      "anthropic",
      {},
      200,
      events(
        event("message_start", { message: { model: "m", usage: { ...usage, cache_creation: creation } } }),
        event("message_delta", {
          usage: { output_tokens: 30, server_tool_use: { web_search_requests: 2, web_fetch_requests: 5 } },
        }),
      ),
    );
    const tokens = { inputTokens: 5, cacheWriteTokens: 9, cacheWrite1hTokens: 7, cacheReadTokens: 2, outputTokens: 30 };
    expect(calls).toMatchObject([{ ...tokens, webSearches: 2, usageKnown: true }]);
  });

  test("counts OpenAI's searches, and not the pages it opened", async () => {
    const output = [
      { type: "web_search_call", action: { type: "search", query: "x" } },
      { type: "web_search_call", action: { type: "open_page", url: "https://example.com" } },
      { type: "web_search_call" },
      { type: "message" },
    ];
    const usage = { input_tokens: 10, output_tokens: 2 };
    const response = { model: "m", output, usage };
    const { calls } = await call("openai", {}, 200, events(event("response.completed", { response })));
    expect(calls).toMatchObject([{ inputTokens: 10, outputTokens: 2, webSearches: 2 }]);
  });

  test.each<[string, Provider, unknown]>([
    ["a body without usage", "anthropic", { type: "message", model: "m" }],
    [
      "a stream that only began",
      "anthropic",
      events(event("message_start", { message: { usage: { input_tokens: 3, output_tokens: 1 } } })),
    ],
    ["a body without usage", "openai", { model: "m", usage: null }],
    [
      "a stream that only began",
      "openai",
      events(event("response.created", { response: { model: "m", usage: null } })),
    ],
    ["a body that is no JSON", "openai", "hello"],
  ])("is not known after %s of %s, and the call is booked so", async (_, provider, answer) => {
    const { calls } = await call(provider, { model: "asked-for" }, 200, answer);
    expect(calls).toMatchObject([{ usageKnown: false, outputTokens: expect.any(Number), status: 200 }]);
  });
});

describe("a call whose cost could not be told", () => {
  test.each<[Provider, object]>([
    ["openai", { background: true }],
    ["openai", { background: "yes" }],
    ["openai", { conversation: "conv_1" }],
    ["openai", { conversation: { id: "conv_1" } }],
    ["openai", { prompt: { id: "pmpt_1" } }],
    ["openai", { service_tier: "priority" }],
    ["openai", { tools: [{ type: "code_interpreter", container: { type: "auto" } }] }],
    ["openai", { tools: [{ type: "file_search", vector_store_ids: ["vs"] }] }],
    ["openai", { tools: [{ type: "function", name: "f" }, { type: "image_generation" }] }],
    ["openai", { tools: [{ type: "namespace", tools: [{ type: "image_generation" }] }] }],
    ["openai", { tools: [{ name: "no type" }] }],
    ["openai", { tools: [{ type: { toString: 1, valueOf: 1 } }] }],
    ["openai", { tools: [{ type: "shell", environment: { type: "container_auto" } }] }],
    ["anthropic", { container: "container_1" }],
    ["anthropic", { container: { skills: [] } }],
    ["anthropic", { speed: "fast" }],
    ["anthropic", { service_tier: "priority" }],
    ["anthropic", { tools: [{ type: "code_execution_20250825", name: "code_execution" }] }],
    ["anthropic", { tools: [{ type: "advisor_20260301", name: "advisor" }] }],
    ["anthropic", { tools: [{ type: "something_new", name: "x" }] }],
    ["anthropic", { tools: [{ type: ["custom"], name: "x" }] }],
  ])("is refused to %s: %j, in a way that its program ends with", async (provider, request) => {
    const { status, text, type, calls, observations } = await call(provider, { model: "m", ...request });
    expect(status).toBe(provider === "anthropic" ? 402 : 400);
    expect(text).toContain("cost could not be told");
    if (provider === "anthropic")
      expect(JSON.parse(text)).toMatchObject({ type: "error", error: { type: "billing_error" } });
    else expect(type).toContain("text/plain");
    expect(calls).toEqual([]);
    expect(observations).toMatchObject({ answered: 0, lastStatus: null, turnsUsedUp: false });
  });

  test.each<[Provider, object]>([
    ["openai", { background: false, service_tier: "auto", conversation: null, store: false }],
    ["openai", { tools: [{ type: "function" }, { type: "custom" }, { type: "web_search" }, { type: "tool_search" }] }],
    [
      "anthropic",
      { tools: [{ name: "Bash" }, { type: "web_search_20250305", name: "web_search" }, { type: "custom" }] },
    ],
    ["anthropic", { service_tier: "auto", speed: "standard", container: null }],
  ])("is none for %s: %j", async (provider, request) => {
    expect((await call(provider, { model: "m", ...request })).status).toBe(200);
  });
});

describe("a provider's refusal", () => {
  const anthropicError = (type: string, message = "why") => ({ type: "error", error: { type, message } });
  const openaiError = (code: string | null, type = "invalid_request_error") => ({
    error: { code, type, message: "why" },
  });

  test.each<[Provider, number, unknown, string, object]>([
    ["anthropic", 401, anthropicError("authentication_error"), "credential", {}],
    ["anthropic", 403, anthropicError("permission_error"), "no-access", {}],
    [
      "anthropic",
      404,
      anthropicError("not_found_error", "model: claude-9"),
      "no-access",
      { message: "model: claude-9" },
    ],
    ["anthropic", 400, anthropicError("invalid_request_error", "Your credit balance is too low"), "credit", {}],
    ["anthropic", 402, anthropicError("billing_error"), "credit", {}],
    ["anthropic", 429, anthropicError("rate_limit_error"), "rate-limit", { type: "rate_limit_error" }],
    ["anthropic", 529, anthropicError("overloaded_error"), "overloaded", {}],
    ["anthropic", 500, anthropicError("api_error"), "trouble", {}],
    ["anthropic", 400, anthropicError("invalid_request_error"), "request", {}],
    ["openai", 401, openaiError("invalid_api_key"), "credential", {}],
    ["openai", 429, openaiError("insufficient_quota", "insufficient_quota"), "credit", { type: "insufficient_quota" }],
    ["openai", 429, openaiError("rate_limit_exceeded", "tokens"), "rate-limit", {}],
    ["openai", 404, openaiError("model_not_found"), "no-access", { message: "why" }],
    ["openai", 403, openaiError(null), "no-access", {}],
    ["openai", 503, openaiError("server_is_overloaded"), "overloaded", {}],
    ["openai", 500, openaiError(null, "server_error"), "trouble", {}],
    ["openai", 502, "<h1>Bad gateway</h1>", "trouble", { message: "", type: null }],
  ])("of %s with %i %j is about %s", async (provider, status, answer, kind, more) => {
    const { observations, calls } = await call(provider, {}, status, answer);
    expect(observations).toMatchObject({ answered: 0, lastStatus: status, refusal: { kind, status, ...more } });
    expect(calls).toMatchObject([{ status, inputTokens: 0, usageKnown: true }]);
  });

  test.each([
    [{ "retry-after": "17" }, 17],
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 2],
    [{}, null],
    [{ "retry-after": "soon" }, null],
  ])("tells how long to wait, from %j", async (headers, seconds) => {
    const { observations } = await call("anthropic", {}, 429, anthropicError("rate_limit_error"), headers);
    expect(observations.refusal?.retryAfterSeconds).toBe(seconds);
  });

  test.each<[Provider, { type: string }[], string]>([
    [
      "anthropic",
      [
        event("message_start", { message: { model: "m", usage: { input_tokens: 3, output_tokens: 1 } } }),
        anthropicError("overloaded_error"),
      ],
      "overloaded",
    ],
    [
      "openai",
      [
        event("response.created", { response: { model: "m", error: null } }),
        event("response.failed", { response: { error: { code: "insufficient_quota", message: "why" } } }),
      ],
      "credit",
    ],
    ["openai", [event("error", { code: "rate_limit_exceeded", message: "why" })], "rate-limit"],
  ])("of %s inside a stream is one too, and no answer", async (provider, said, kind) => {
    const { observations, calls } = await call(provider, {}, 200, events(...said));
    expect(observations).toMatchObject({ answered: 0, lastStatus: 200, refusal: { kind, message: "why" } });
    expect(calls).toMatchObject([{ usageKnown: false }]);
  });

  test("is forgotten when a later call is answered", async () => {
    let times = 0;
    const { url, observations } = await testGateway((_, response) => {
      times++;
      response.writeHead(times === 1 ? 429 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(times === 1 ? anthropicError("rate_limit_error") : { usage: { output_tokens: 1 } }));
    });
    for (const refused of ["rate-limit", undefined]) {
      await (await fetch(url + paths.anthropic, { method: "POST", body: "{}" })).text();
      expect(observations.refusal?.kind).toBe(refused);
    }
    expect(observations.answered).toBe(1);
  });
});
