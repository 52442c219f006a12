import { describe, expect, it } from "vitest";
import { agents, agentTypes } from "../../contract/agent.ts";
import { priceOf } from "./price.ts";

const call = {
  seq: 1,
  at: "2026-11-01T00:00:00Z",
  provider: "anthropic",
  model: "claude-sonnet-4-5",
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  webSearches: 0,
  usageKnown: true,
  durationMs: 1,
  status: 200,
} as const;

describe("the price of a model call", () => {
  it.each([
    ["anthropic", "claude-sonnet-4-5", { inputTokens: 100_000 }, 0.3],
    ["anthropic", "claude-sonnet-4-5", { outputTokens: 100_000 }, 1.5],
    ["anthropic", "claude-sonnet-4-5", { cacheReadTokens: 100_000 }, 0.03],
    ["anthropic", "claude-sonnet-4-5", { cacheWriteTokens: 100_000 }, 0.375],
    ["anthropic", "claude-sonnet-4-5-20250929", { inputTokens: 100_000 }, 0.3],
    ["anthropic", "claude-sonnet-4-5", { cacheWriteTokens: 100_000, cacheWrite1hTokens: 100_000 }, 0.6],
    ["anthropic", "claude-sonnet-4-5", { cacheWriteTokens: 100_000, cacheWrite1hTokens: 40_000 }, 0.465],
    ["anthropic", "claude-sonnet-4-5", { webSearches: 3 }, 0.03],
    ["openai", "gpt-5.5", { webSearches: 3 }, 0.03],
    ["openai", "gpt-5.5", { inputTokens: 100_000 }, 0.5],
    ["openai", "gpt-5.5", { outputTokens: 100_000 }, 3],
    ["openai", "gpt-5.5", { cacheReadTokens: 100_000 }, 0.05],
  ] as const)("of %s's %s for %j is $%d", (provider, model, tokens, dollars) => {
    expect(priceOf({ ...call, provider, model, ...tokens })).toBeCloseTo(dollars, 9);
  });

  it("is that of a long context when what is read from the cache makes it long", () => {
    const long = { inputTokens: 1_000, cacheReadTokens: 250_000 };
    expect(priceOf({ ...call, ...long })).toBeCloseTo((1_000 * 6 + 250_000 * 0.6) / 1e6, 9);
  });

  it("is known for the default model of every agent type", () => {
    for (const type of agentTypes) {
      const { provider, defaultModel: model } = agents[type];
      expect(priceOf({ ...call, provider, model, inputTokens: 1000 })).toBeGreaterThan(0);
    }
  });

  it("is unknown for a model that is not in the list, and for one of another provider", () => {
    expect(priceOf({ ...call, model: "my-own-model" })).toBeUndefined();
    expect(priceOf({ ...call, provider: "openai", inputTokens: 5 })).toBeUndefined();
  });

  it("is unknown where the usage is, whatever is known of it", () => {
    expect(priceOf({ ...call, inputTokens: 5, usageKnown: false })).toBeUndefined();
  });

  it("is unknown where a search has no price", () => {
    expect(priceOf({ ...call, model: "claude-3-opus-latest", webSearches: 1 })).toBeUndefined();
  });
});
