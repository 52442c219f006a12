import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type Answerer, type Hop, refuse } from "./hop.ts";
import { headersFault, onward } from "./http/headers.ts";
import { JsonBody } from "./http/json-body.ts";
import { type Room, readBody } from "./http/request-body.ts";
import { readTarget } from "./http/target.ts";
import { type Bounds, openUpstreams, ordinaryBounds, type Upstreams } from "./http/upstream.ts";
import { Inspection } from "./inspection.ts";
import { forwardRaw } from "./raw.ts";
import { forwardRead } from "./read.ts";
import { type Ask, type Endpoint, type Exchange, plainRefusal, type Refusal, type Route } from "./route.ts";

export interface Gateway {
  /** `http://127.0.0.1:PORT/<pass>`; a route is `<url>/<name>`. */
  url: string;
  /** Ends what is under way, so that every model call is reported, and stops listening. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  pass: string;
  routes: Route[];
  bounds?: Partial<Bounds>;
}

/** All that the requests of one gateway share. */
interface House {
  pass: string;
  routes: Route[];
  host: string;
  bounds: Bounds;
  upstreams: Upstreams;
  room: Room;
  /** What has begun and not ended, with the way to break it off. */
  underWay: Map<Promise<void>, () => void>;
}

/**
 * Stands between the agent and the world on a port of 127.0.0.1. Every path begins with `pass`, so that other programs
 * of the machine cannot spend the run's credential.
 */
export async function startGateway({ pass, routes, bounds: changed }: GatewayOptions): Promise<Gateway> {
  const bounds = { ...ordinaryBounds, ...changed };
  const upstreams = openUpstreams(bounds);
  const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 });
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const room = { left: bounds.requestsBytes };
  const house: House = { pass, routes, host, bounds, upstreams, room, underWay: new Map() };
  server.on("request", (request, response) => serve(house, request, response));
  server.on("connect", (_, socket) => socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n"));
  return {
    url: `http://${host}/${pass}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      const { underWay } = house;
      const patience = new AbortController();
      const late = wait(bounds.closeMs, patience.signal);
      await Promise.race([Promise.all(underWay.keys()), late]);
      patience.abort();
      for (const breakOff of underWay.values()) breakOff();
      upstreams.close();
      await closed;
    },
  };
}

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });

const notThere = "The gateway does not lead there.";
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

type Found = { route: Route; base: string; ask: Ask; endpoint: Endpoint };

function find(house: House, request: http.IncomingMessage): Found | { answerer: Answerer; refuse: Refusal } {
  const { url = "", method = "" } = request;
  const outside = (status: number, message: string) => ({
    answerer: { refusal: plainRefusal },
    refuse: { status, message },
  });
  const fault = url.startsWith("/") ? headersFault(request, house.host) : "Ask for a path.";
  if (fault !== undefined) return outside(400, fault);
  const route = house.routes.find(({ name }) => url.startsWith(`/${house.pass}/${name}/`));
  if (!route) return outside(403, notThere);
  const base = `/${house.pass}/${route.name}`;
  const target = readTarget(url.slice(base.length));
  const ask = target && methods.includes(method) ? { method, ...target } : undefined;
  const endpoint = ask && route.find(ask);
  if (endpoint) return { route, base, ask, endpoint };
  return { answerer: route, refuse: { status: 403, message: notThere } };
}

function serve(house: House, request: http.IncomingMessage, response: http.ServerResponse): void {
  const found = find(house, request);
  if ("refuse" in found) {
    refuse({ request, response, route: found.answerer }, found.refuse);
    return;
  }
  const { route, base, ask, endpoint } = found;
  const { upstreams, bounds } = house;
  const exchange: Exchange = { ...ask, endpoint, headers: onward(request), body: undefined };
  const hop = { request, response, route, exchange, inspection: new Inspection(), upstreams, bounds, base };
  const passing = route.transport === "raw" ? pass(house, hop, forwardRaw) : readAndPass(house, hop);
  passing.catch(() => {
    hop.inspection.end("broken");
    refuse(hop, { status: 500, message: "The gateway could not pass this on." });
  });
}

/** Shows the request to the inspectors and lets it go. */
async function pass(house: House, hop: Hop, forward: (hop: Hop, ended: () => void) => () => void): Promise<void> {
  const refusal = hop.inspection.request(hop.route.inspectors, hop.exchange);
  if (refusal) {
    hop.inspection.end("refused");
    refuse(hop, refusal);
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  house.underWay.set(promise, forward(hop, resolve));
  await promise;
  house.underWay.delete(promise);
}

async function readAndPass(house: House, hop: Hop): Promise<void> {
  const { exchange } = hop;
  if (exchange.method === "GET" || exchange.method === "HEAD") return pass(house, hop, forwardRead);
  const { headers } = exchange;
  if (headers["content-encoding"] !== undefined) {
    return refuse(hop, { status: 415, message: "The gateway reads requests that are not compressed." });
  }
  const read = await readBody(hop.request, house.room, house.bounds);
  if (!read) return;
  if ("refuse" in read) return refuse(hop, read.refuse);
  try {
    exchange.body = JsonBody.read(read.bytes);
    if (!exchange.body) {
      return refuse(hop, { status: 400, message: "The request is not one JSON object that names each thing once." });
    }
    headers["content-type"] = "application/json";
    await pass(house, hop, forwardRead);
  } finally {
    read.release();
  }
}
