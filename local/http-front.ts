import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { type ErrorCode, errorCodes, gatewayErrors } from "../contract/error.ts";
import { fromProxyResult, toProxyEvent } from "./gateway-event.ts";

export interface FrontOptions<Event> {
  /** 0 takes any free port. */
  port: number;
  toEvent: (request: IncomingMessage, body: Buffer, requestId: string) => Event;
  /** Answers an event with a proxy result; what it throws is told as a service that is away. */
  invoke: (event: Event) => Promise<unknown>;
  /** Answers everything outside /api; true when it did. Without it there is nothing else than the function. */
  pages?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Whether a request is let through to the function at all; others are answered 403. By default all are. */
  lets?: (request: IncomingMessage, body: Buffer) => Promise<boolean>;
  /** Why nothing can be kept at the moment, if it is so: `/api/health` tells. */
  trouble?: () => string | undefined;
  /** API Gateway's own limits, unless a test wants smaller ones. */
  maxBodyBytes?: number;
  timeoutMs?: number;
}

export interface HttpFrontOptions extends Omit<FrontOptions<APIGatewayProxyEvent>, "toEvent"> {
  stage: string;
  accountId: string;
}

export interface HttpFront {
  url: string;
  port: number;
  /** Takes no new connections, waits for open requests up to `graceMs`, then closes what is left. */
  close: (graceMs: number) => Promise<void>;
}

const gatewayBodyLimit = 10 * 1024 * 1024;
const gatewayTimeoutMs = 29_000;
const readingTimeMs = 1_000;
const localHosts = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Stands where API Gateway stands: HTTP on 127.0.0.1 in, proxy events out. Throws Node's EADDRINUSE for a taken port. */
export function startHttpFront({ stage, accountId, ...options }: HttpFrontOptions): Promise<HttpFront> {
  return startFront({
    ...options,
    toEvent: (request, body, requestId) =>
      toProxyEvent(request, body, { stage, accountId, requestId, now: new Date() }),
  });
}

/** Stands before a function: HTTP on 127.0.0.1 in, its events out. Throws Node's EADDRINUSE for a taken port. */
export async function startFront<Event>(options: FrontOptions<Event>): Promise<HttpFront> {
  let closing = false;
  const server = createServer((request, response) => {
    response.once("finish", () => closing && request.socket.end());
    answer(options, request, response).catch(() => refuse(response, ...gatewayErrors.default5xx));
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: (graceMs) =>
      new Promise((resolve) => {
        closing = true;
        const force = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer<Event>(
  options: FrontOptions<Event>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page of the internet can point its own name at 127.0.0.1; the name in the Host header gives it away.
  if (!isLocal(request.headers.host))
    return refuse(response, "invalid_input", "Only 127.0.0.1 and localhost are served here.", 421);
  const path = (request.url ?? "/").split("?")[0] as string;
  if (options.pages && path !== "/api" && !path.startsWith("/api/")) {
    if (options.pages(request, response)) return;
    if (isRead(request)) return refuse(response, ...gatewayErrors.noRoute);
    response.setHeader("allow", "GET, HEAD");
    return refuse(response, "method_not_allowed", `Pages and files answer GET and HEAD, not ${request.method}.`);
  }
  const trouble = path === "/api/health" ? options.trouble?.() : undefined;
  if (trouble !== undefined) return refuse(response, "unavailable", trouble);
  const body = await readBody(request, options.maxBodyBytes ?? gatewayBodyLimit);
  if (body === undefined) return refuse(response, ...gatewayErrors.tooLarge);
  if (options.lets && !(await options.lets(request, body))) {
    return refuse(response, "forbidden", "The request is not signed as one that is let through.");
  }
  const requestId = randomUUID();
  const result = await withTimeout(
    options.invoke(options.toEvent(request, body, requestId)),
    options.timeoutMs ?? gatewayTimeoutMs,
  );
  if (result === timedOut) return refuse(response, ...gatewayErrors.default5xx);
  const reply = fromProxyResult(result);
  if (!reply) return refuse(response, ...gatewayErrors.default5xx);
  response.writeHead(reply.status, { "x-amzn-requestid": requestId, ...reply.headers }).end(reply.body);
}

const isRead = ({ method }: IncomingMessage) => method === "GET" || method === "HEAD";

function isLocal(host: string | undefined): boolean {
  return localHosts.has((host ?? "").toLowerCase().replace(/:\d+$/, ""));
}

/** The whole body, or undefined as soon as it is over the limit: then no more of it is read. */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      request.pause();
      resolve(undefined);
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
  });
}

const timedOut = Symbol("timed out");

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T | typeof timedOut> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(resolve, ms, timedOut);
  });
  return await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

/** In the contract's words, as API Gateway is told to answer. */
function refuse(response: ServerResponse, code: ErrorCode, message: string, status: number = errorCodes[code]): void {
  if (response.headersSent) return void response.destroy();
  const body = JSON.stringify({ error: { code, message } });
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  };
  if (code !== "payload_too_large") return void response.writeHead(status, headers).end(body);
  // The rest of the body is not read, so the connection ends here: once the client has had time to read why.
  response.writeHead(status, { ...headers, connection: "close" }).write(body);
  const end = setTimeout(() => response.end(), readingTimeMs);
  response.once("close", () => clearTimeout(end));
}
