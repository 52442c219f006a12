import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import type { Ending, Exchange, Refusal, Route, Tap } from "./exchange.ts";

export interface Gateway {
  /** `http://127.0.0.1:PORT/<pass>`; a route is `<url>/<name>`. */
  url: string;
  /** Ends what is under way, so that every model call is reported, and stops listening. */
  close(): Promise<void>;
}

const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
];
/** Milliseconds until a connection that does not come about is given up. */
const CONNECT_MS = 10_000;
/** How an agent could sign in by itself; the gateway alone does that. */
const signIns = ["authorization", "x-api-key", "cookie"];

/**
 * Stands between the agent and the world on a port of 127.0.0.1. Every path begins with `pass`, so that other programs
 * of the machine cannot spend the run's credential. Bodies are passed on chunk by chunk as they come.
 */
export async function startGateway(options: { pass: string; routes: Route[] }): Promise<Gateway> {
  const agents = {
    "http:": new http.Agent({ keepAlive: true }),
    "https:": new https.Agent({ keepAlive: true }),
  };
  const underWay = new Set<() => void>();
  const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (request, response) => {
    const found = findRoute(request.url ?? "/", options);
    if (!found) return answer(response, { status: 404, message: "There is nothing here." });
    forward(request, response, found.route, found.path, {
      agents,
      base: `/${options.pass}/${found.route.name}`,
      underWay,
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${options.pass}`,
    close: () =>
      new Promise((resolve) => {
        for (const breakOff of underWay) breakOff();
        server.close(() => resolve());
        server.closeAllConnections();
        agents["http:"].destroy();
        agents["https:"].destroy();
      }),
  };
}

function findRoute(url: string, { pass, routes }: { pass: string; routes: Route[] }) {
  if (!url.startsWith(`/${pass}/`) || !URL.canParse(url, "http://gateway")) return undefined;
  const { pathname, search } = new URL(url, "http://gateway");
  for (const route of routes) {
    const base = `/${pass}/${route.name}`;
    if (pathname.startsWith(`${base}/`)) return { route, path: pathname.slice(base.length) + search };
  }
  return undefined;
}

interface Hop {
  agents: { "http:": http.Agent; "https:": https.Agent };
  base: string;
  /** Ends what has begun and not ended. */
  underWay: Set<() => void>;
}

function forward(request: http.IncomingMessage, response: http.ServerResponse, route: Route, path: string, hop: Hop) {
  const refuse = (refusal: Refusal) => {
    request.resume();
    answer(response, refusal, route);
  };
  const target = route.target(path);
  if (!target) return refuse({ status: 403, message: "The gateway does not lead there." });

  const exchange: Exchange = { method: request.method ?? "GET", path, headers: onward(request), target };
  const taps: Tap[] = [];
  for (const inspect of route.inspectors) {
    const verdict = inspect(exchange);
    if (verdict && "refuse" in verdict) {
      for (const tap of taps) tap.end?.("broken");
      return refuse(verdict.refuse);
    }
    if (verdict) taps.push(verdict.tap);
  }

  let ended = false;
  const end = (how: Ending) => {
    if (ended) return;
    ended = true;
    hop.underWay.delete(breakOff);
    for (const tap of taps) tap.end?.(how);
  };
  const breakOff = () => end("broken");
  hop.underWay.add(breakOff);
  const protocol = exchange.target.protocol === "http:" ? "http:" : "https:";
  const outgoing = (protocol === "http:" ? http : https).request(exchange.target, {
    method: exchange.method,
    headers: { ...exchange.headers, host: exchange.target.host },
    agent: hop.agents[protocol],
  });
  outgoing.on("response", (incoming) => {
    const status = incoming.statusCode ?? 502;
    for (const tap of taps) tap.head?.(status, incoming.headers);
    response.writeHead(status, backward(incoming, exchange.target, route, hop.base));
    response.flushHeaders();
    incoming.on("data", (bytes: Buffer) => {
      for (const tap of taps) tap.chunk?.(bytes);
      if (!response.write(bytes)) incoming.pause();
    });
    response.on("drain", () => incoming.resume());
    incoming.on("end", () => {
      end("whole");
      response.end();
    });
    incoming.on("error", () => {
      end("broken");
      response.destroy();
    });
  });
  outgoing.on("socket", (socket) => {
    if (!socket.connecting) return;
    socket.setTimeout(CONNECT_MS, () => outgoing.destroy(new Error("connecting took too long")));
    socket.once("connect", () => socket.setTimeout(0));
  });
  outgoing.on("error", () => {
    end(outgoing.reusedSocket ? "broken" : "unreachable");
    if (response.headersSent) response.destroy();
    else refuse({ status: 502, message: `${exchange.target.hostname} could not be reached.` });
  });
  response.on("close", () => {
    end("broken");
    if (!response.writableFinished) outgoing.destroy();
  });
  request.pipe(outgoing);
}

/** The headers that go on: without the hop's own, without any way to sign in, and uncompressed so that it can be read. */
function onward(request: http.IncomingMessage): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { ...request.headers };
  const named = (request.headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  for (const name of [...hopByHop, ...signIns, ...named, "accept-encoding"]) delete headers[name];
  return headers;
}

function backward(incoming: http.IncomingMessage, target: URL, route: Route, base: string): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { ...incoming.headers };
  for (const name of [...hopByHop, "set-cookie"]) delete headers[name];
  const { location } = incoming.headers;
  if (location !== undefined && URL.canParse(location, target)) {
    const path = route.routed?.(new URL(location, target));
    if (path !== undefined) headers.location = base + path;
  }
  return headers;
}

function answer(response: http.ServerResponse, refusal: Refusal, route?: Route) {
  const { type, body } = route?.errorBody(refusal) ?? { type: "text/plain", body: `${refusal.message}\n` };
  response.writeHead(refusal.status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
