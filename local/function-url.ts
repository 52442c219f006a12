import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import * as z from "zod";
import { isSignedBy, type Signatory } from "./aws/signature.ts";
import { accountId, region } from "./deployment.ts";
import { type HttpFront, startFront } from "./http-front.ts";

/** The keys that the containers of a data directory sign with, and where they find the runner API. */
const place = z.object({
  port: z.number().int(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
});

export interface FunctionUrl extends Pick<HttpFront, "url" | "close"> {
  /** The credentials whose signatures are let through. */
  keys: Signatory;
}

/**
 * Stands where a Lambda function URL with AWS_IAM stands: what no container has signed never reaches the function. Port
 * and keys are kept in the data directory, since containers outlive a server and report to the next one.
 */
export async function startFunctionUrl(
  dataDir: string,
  invoke: (event: LambdaFunctionURLEvent) => Promise<unknown>,
): Promise<FunctionUrl> {
  const file = join(dataDir, "runner-api.json");
  const known = readPlace(file);
  const { port: _, ...keys } = known ?? { port: 0, ...drawKeys() };
  const open = (port: number) =>
    startFront({
      port,
      lets: (request, body) => isSignedBy(keys, { service: "lambda", region }, request, body),
      toEvent: toUrlEvent,
      invoke,
    });
  const front = await open(known?.port ?? 0).catch((error: NodeJS.ErrnoException) => {
    // Somebody has taken the port meanwhile: containers that still run are recovered like lost ones.
    if (error.code !== "EADDRINUSE") throw error;
    return open(0);
  });
  if (front.port !== known?.port) writeFileSync(file, JSON.stringify({ ...keys, port: front.port }), { mode: 0o600 });
  return { url: front.url, close: front.close, keys };
}

function readPlace(file: string): z.infer<typeof place> | undefined {
  try {
    return place.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // The first start, or a file that a crash has cut short.
    return undefined;
  }
}

function drawKeys(): Signatory {
  const draw = () => randomBytes(20).toString("hex");
  return { accessKeyId: draw(), secretAccessKey: draw(), sessionToken: draw() };
}

/** A function URL's event (payload format 2.0). A body of JSON is handed on as text. */
function toUrlEvent(request: IncomingMessage, body: Buffer, requestId: string): LambdaFunctionURLEvent {
  const url = new URL(request.url ?? "/", "http://localhost");
  const host = request.headers.host ?? "localhost";
  const now = new Date();
  const isText = /^\s*(application\/json|text\/)/i.test(request.headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    requestContext: {
      accountId,
      apiId: "local",
      domainName: host,
      domainPrefix: host.split(/[.:]/)[0] ?? host,
      http: {
        method: request.method ?? "GET",
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  } as LambdaFunctionURLEvent;
}
