import type { IncomingMessage } from "node:http";
import type { Refusal } from "../route.ts";
import type { Bounds } from "./upstream.ts";

/** Bytes that all requests together may still hold in memory. */
export interface Room {
  left: number;
}

/** Reads a request whole. It is held until `release` is called. Undefined: the agent went away meanwhile. */
export function readBody(
  request: IncomingMessage,
  room: Room,
  bounds: Bounds,
): Promise<{ bytes: Buffer; release(): void } | { refuse: Refusal } | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let held = 0;
    const release = () => {
      room.left += held;
      held = 0;
    };
    const end = (result: Parameters<typeof resolve>[0]) => {
      clearTimeout(timer);
      request.off("data", take).off("end", whole).off("close", gone);
      if (result === undefined || "refuse" in result) release();
      resolve(result);
    };
    const refuse = (status: number, message: string) => end({ refuse: { status, message } });
    const timer = setTimeout(() => refuse(408, "The request did not come whole in time."), bounds.requestMs);
    const take = (bytes: Buffer) => {
      length += bytes.length;
      held += bytes.length;
      room.left -= bytes.length;
      if (length > bounds.requestBytes) {
        return refuse(413, `The request is larger than ${Math.floor(bounds.requestBytes / 1024 / 1024)} MB.`);
      }
      if (room.left < 0) return refuse(503, "Too much is asked at the same time.");
      chunks.push(bytes);
    };
    request.on("data", take);
    const whole = () => end({ bytes: Buffer.concat(chunks), release });
    const gone = () => end(undefined);
    request.once("end", whole).once("close", gone);
  });
}
