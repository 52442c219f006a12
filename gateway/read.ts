import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { answerHead, type Hop, refuse, unreached } from "./hop.ts";
import { decoded } from "./http/decoded.ts";
import { eventSplitter, Message } from "./http/message.ts";
import type { Ending } from "./route.ts";

/**
 * Sends a request that was read on, and its answer back message by message, as inspectors let it. Where the agent goes
 * away, the answer is read on for a while: its usage stands at the end. Answers how to break it off.
 */
export function forwardRead(hop: Hop, ended: () => void): () => void {
  const { response, route, exchange, inspection, upstreams, bounds } = hop;
  if (exchange.body) exchange.headers["content-length"] = exchange.body.bytes.length;
  const { outgoing, connected } = upstreams.request(route, exchange);
  let over = false;
  /** Bytes that may still come; undefined: the agent is there. */
  let drain: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let answer: Readable | undefined;

  const end = (how: Ending): Message[] => {
    if (over) return [];
    over = true;
    clearTimeout(timer);
    const held = inspection.end(how);
    ended();
    return held;
  };
  const breakOff = () => {
    end("broken");
    outgoing.destroy();
    response.destroy();
  };
  const send = (messages: Message[]) => {
    if (drain !== undefined) return true;
    let room = true;
    for (const { bytes } of messages) room = response.write(bytes);
    return room;
  };
  const count = (bytes: Buffer) => {
    if (drain === undefined) return;
    drain -= bytes.length;
    if (drain < 0) breakOff();
  };

  function events(incoming: IncomingMessage, body: Readable, headers: OutgoingHttpHeaders) {
    const splitter = eventSplitter(bounds.messageBytes);
    response.writeHead(incoming.statusCode ?? 502, headers);
    response.flushHeaders();
    body.on("data", (bytes: Buffer) => {
      count(bytes);
      if (over) return;
      try {
        const going = splitter.push(bytes).flatMap((message) => inspection.message(message));
        if (!send(going)) body.pause();
      } catch {
        breakOff();
      }
    });
    response.on("drain", () => body.resume());
    body.on("end", () => {
      if (over) return;
      send(splitter.end().flatMap((message) => inspection.message(message)));
      send(end("whole"));
      response.end();
    });
  }

  function whole(incoming: IncomingMessage, body: Readable, headers: OutgoingHttpHeaders) {
    const chunks: Buffer[] = [];
    let length = 0;
    body.on("data", (bytes: Buffer) => {
      count(bytes);
      chunks.push(bytes);
      length += bytes.length;
      if (length <= bounds.messageBytes || over) return;
      end("broken");
      outgoing.destroy();
      refuse(hop, { status: 502, message: `${route.upstream.hostname} answered with too much at once.` });
    });
    body.on("end", () => {
      if (over) return;
      const messages = length === 0 ? [] : inspection.message(new Message(Buffer.concat(chunks), false));
      const text = Buffer.concat([...messages, ...end("whole")].map(({ bytes }) => bytes));
      if (drain !== undefined) return;
      response.writeHead(incoming.statusCode ?? 502, { ...headers, "content-length": text.length });
      response.end(text);
    });
  }

  outgoing.on("response", (incoming) => {
    const head = readableHead(hop, incoming);
    if ("refuse" in head) {
      end("refused");
      incoming.destroy();
      return refuse(hop, head.refuse);
    }
    answer = head.body;
    answer.on("error", () => {
      if (over) return;
      end("broken");
      if (drain === undefined) refuse(hop, unreached(route, connected()));
    });
    const streamed = incoming.headers["content-type"]?.includes("event-stream") ?? false;
    (streamed ? events : whole)(incoming, answer, head.headers);
  });
  outgoing.on("error", () => {
    if (over) return;
    end(connected() ? "broken" : "unreachable");
    if (drain === undefined) refuse(hop, unreached(route, connected()));
  });
  response.on("close", () => {
    if (over || response.writableFinished) return;
    drain = bounds.drainBytes;
    timer = setTimeout(breakOff, bounds.drainMs);
    answer?.resume();
  });
  outgoing.end(exchange.body?.bytes);
  return breakOff;
}

/** The answer's headers and its body, without what was said of how it was packed. */
function readableHead(hop: Hop, incoming: IncomingMessage) {
  const head = answerHead(hop, incoming);
  if ("refuse" in head) return head;
  const body = decoded(incoming);
  if (!body) {
    const message = `${hop.route.upstream.hostname} answered in an encoding that was not asked for.`;
    return { refuse: { status: 502, message } };
  }
  const { "content-length": _length, "content-encoding": _encoding, ...headers } = head.headers;
  return { headers, body };
}
