import type * as http from "node:http";

/** What Anthropic says when it streams: 12 tokens in, 3 written to the cache, 4 read from it, 77 out. */
export const anthropicStream = [
  'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":12,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}}}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"\\"usage\\":{\\"output_tokens\\":9999}"}}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{},"usage":{"output_tokens":77}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
];
/** What OpenAI says when it streams: 100 tokens in, 60 of them cached, 5 out. */
export const openaiStream = [
  'data: {"type":"response.created","response":{"model":"gpt-x","usage":null}}\n\n',
  'data: {"type":"response.output_text.delta","delta":"hi"}\n\n',
  'data: {"type":"response.completed","response":{"model":"gpt-x","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":5}}}\n\n',
];

/** Streams these parts. */
export function sse(parts: string[]): http.RequestListener {
  return (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const part of parts) response.write(part);
    response.end();
  };
}
