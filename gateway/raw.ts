import { answerHead, type Hop, refuse, unreached } from "./hop.ts";
import type { Ending } from "./route.ts";

/** Streams request and answer through as they come. Answers how to break it off. */
export function forwardRaw(hop: Hop, ended: () => void): () => void {
  const { request, response, route, exchange, inspection, upstreams } = hop;
  const { outgoing, connected } = upstreams.request(route, exchange);
  const end = (how: Ending) => {
    inspection.end(how);
    ended();
  };
  outgoing.on("response", (incoming) => {
    const head = answerHead(hop, incoming);
    if ("refuse" in head) {
      end("refused");
      incoming.destroy();
      return refuse(hop, head.refuse);
    }
    response.writeHead(incoming.statusCode ?? 502, head.headers);
    response.flushHeaders();
    incoming.on("end", () => end("whole"));
    incoming.on("error", () => {
      end("broken");
      response.destroy();
    });
    incoming.pipe(response);
  });
  outgoing.on("error", () => {
    end(connected() ? "broken" : "unreachable");
    if (!response.writableEnded) refuse(hop, unreached(route, connected()));
  });
  response.on("close", () => {
    end("broken");
    if (!response.writableFinished) outgoing.destroy();
  });
  request.pipe(outgoing);
  return () => {
    end("broken");
    outgoing.destroy();
  };
}
