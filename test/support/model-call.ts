import type { ModelCall } from "../../contract/work-order.ts";

export function modelCall(seq: number, change: Partial<ModelCall> = {}): ModelCall {
  return {
    seq,
    at: "2026-11-01T00:00:00.000Z",
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    inputTokens: 1000,
    outputTokens: 100,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    webSearches: 0,
    usageKnown: true,
    durationMs: 900,
    status: 200,
    ...change,
  };
}
