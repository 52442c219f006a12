import * as http from "node:http";
import * as https from "node:https";
import type { Exchange, Route } from "../route.ts";

/** Milliseconds and bytes at which something that does not end is ended. */
export interface Bounds {
  /** Until a connection is there. */
  connectMs: number;
  /** Between two signs of life of an upstream; providers may think for minutes. */
  idleMs: number;
  /** Until a request that is read has come whole; it comes from this machine. */
  requestMs: number;
  /** One request that is read; Anthropic takes no more either. */
  requestBytes: number;
  /** All requests that are read at the same time. */
  requestsBytes: number;
  /** One event, or one answer that is not streamed. */
  messageBytes: number;
  /** How long and how much an answer is still read for its usage when nobody wants it any more. */
  drainMs: number;
  drainBytes: number;
  /** The same when the gateway closes. */
  closeMs: number;
}

const MB = 1024 * 1024;
export const ordinaryBounds: Bounds = {
  connectMs: 10_000,
  idleMs: 600_000,
  requestMs: 60_000,
  requestBytes: 32 * MB,
  requestsBytes: 64 * MB,
  messageBytes: 32 * MB,
  drainMs: 5_000,
  drainBytes: 4 * MB,
  closeMs: 2_000,
};

export interface Upstreams {
  /** `connected`: there is, or was, a connection, so the request may have arrived. */
  request(route: Route, exchange: Exchange): { outgoing: http.ClientRequest; connected(): boolean };
  close(): void;
}

export function openUpstreams(bounds: Bounds): Upstreams {
  const agents = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };
  return {
    request({ upstream }, { method, endpoint, query, headers }) {
      const protocol = upstream.protocol === "http:" ? "http:" : "https:";
      const outgoing = (protocol === "http:" ? http : https).request({
        protocol,
        hostname: upstream.hostname.replace(/^\[(.*)\]$/, "$1"),
        port: upstream.port,
        method,
        // Not a URL, which would resolve and encode: what was checked is what goes out.
        path: upstream.pathname.replace(/\/$/, "") + endpoint.path + (query === null ? "" : `?${query}`),
        headers: { ...headers, host: upstream.host },
        agent: agents[protocol],
      });
      outgoing.setTimeout(bounds.idleMs, () => outgoing.destroy(new Error("no sign of life")));
      let connected = false;
      outgoing.on("socket", (socket) => {
        connected = !socket.connecting;
        if (connected) return;
        const timer = setTimeout(() => outgoing.destroy(new Error("connecting took too long")), bounds.connectMs);
        socket.once("close", () => clearTimeout(timer));
        socket.once("connect", () => {
          connected = true;
          clearTimeout(timer);
        });
      });
      return { outgoing, connected: () => connected };
    },
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}
