import { StringDecoder } from "node:string_decoder";

/** What a provider says a call used. Cached input is not part of `inputTokens`. */
export interface Usage {
  model?: string;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** Takes what one JSON body or one stream event says into account. Later figures replace earlier ones. */
export type UsageReader = (usage: Usage, message: unknown) => Usage;

type Json = { [key: string]: unknown };
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const count = (value: unknown, otherwise: number) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : otherwise;
const model = (value: unknown, otherwise?: string) =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : otherwise;

/**
 * Anthropic Messages: `message_start` carries the model and the input, each `message_delta` the output so far; a body
 * that is not streamed carries all. `input_tokens` leaves the cache out.
 */
export const readAnthropic: UsageReader = (usage, message) => {
  const event = object(message);
  const body = event.type === "message_start" ? object(event.message) : event;
  const figures = object(body.usage);
  return {
    model: model(body.model, usage.model),
    inputTokens: count(figures.input_tokens, usage.inputTokens),
    outputTokens: count(figures.output_tokens, usage.outputTokens),
    cacheReadTokens: count(figures.cache_read_input_tokens, usage.cacheReadTokens),
    cacheWriteTokens: count(figures.cache_creation_input_tokens, usage.cacheWriteTokens),
  };
};

/** OpenAI Responses: the event that ends a response, or the body, carries all. `input_tokens` includes the cached. */
export const readOpenai: UsageReader = (usage, message) => {
  const event = object(message);
  const body = typeof event.type === "string" && event.type.startsWith("response.") ? object(event.response) : event;
  const figures = object(body.usage);
  const details = object(figures.input_tokens_details);
  const cacheRead = count(details.cached_tokens, usage.cacheReadTokens);
  const cacheWrite = count(details.cache_write_tokens, usage.cacheWriteTokens);
  const input = count(figures.input_tokens, -1);
  return {
    model: model(body.model, usage.model),
    inputTokens: input < 0 ? usage.inputTokens : Math.max(0, input - cacheRead - cacheWrite),
    outputTokens: count(figures.output_tokens, usage.outputTokens),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
};

/** Reads usage out of a body while it passes, be it an event stream or one JSON text. */
export function createUsageMeter(reader: UsageReader) {
  const decoder = new StringDecoder("utf8");
  let usage = noUsage;
  let rest = "";
  let streamed = false;

  const take = (json: string) => {
    try {
      usage = reader(usage, JSON.parse(json));
    } catch {
      // Not JSON, or cut off in the middle: it says nothing about usage.
    }
  };
  const line = (text: string) => {
    // Inside a JSON string a quote is escaped, so text that talks about "usage" does not match.
    if (text.startsWith("data:") && (text.includes('"usage"') || text.includes('"model"'))) take(text.slice(5));
  };
  return {
    begin(contentType: string | undefined) {
      streamed = contentType?.includes("event-stream") ?? false;
    },
    chunk(bytes: Buffer) {
      rest += decoder.write(bytes);
      if (!streamed) return;
      const lines = rest.split("\n");
      rest = lines.pop() as string;
      for (const text of lines) line(text);
    },
    end(): Usage {
      if (streamed) line(rest);
      else if (rest !== "") take(rest);
      return usage;
    },
  };
}
