import type { Route } from "@middy/http-router";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { type ErrorCode, errorCodes } from "../../contract/error.ts";
import { type Operation, type OperationName, operations } from "../../contract/operations.ts";
import { storageTrouble } from "../../core/aws/storage-trouble.ts";
import type { Context } from "../../core/context.ts";
import { Refusal } from "../../core/error.ts";
import { logFault } from "../../core/logger.ts";
import { authenticate, type Caller } from "./caller.ts";
import { inputOf } from "./input.ts";

/** An answer that is more than its body. */
export class Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly output: unknown;
  constructor(status: number, headers: Record<string, string>, output?: unknown) {
    this.status = status;
    this.headers = headers;
    this.output = output;
  }
}

export type AnyHandler = (ctx: Context, caller: Caller, input: never) => Promise<unknown>;

/** An operation of the contract as a route: who asks, what they give, the handler, and the answer in its schema. */
export function routeOf(
  ctx: Context,
  name: string,
  handle: AnyHandler,
): Route<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const operation: Operation = operations[name as OperationName];
  return {
    method: operation.method,
    path: operation.path,
    handler: async (event: APIGatewayProxyEvent) => {
      const caller = await authenticate(ctx, operation, event);
      const given = await handle(ctx, caller, inputOf(operation, event) as never);
      const reply = given instanceof Reply ? given : new Reply(operation.status, {}, given);
      const output = operation.output && reply.output !== undefined ? operation.output.parse(reply.output) : undefined;
      return answer(reply.status, output, { ...etagOf(operation, output), ...reply.headers });
    },
  };
}

function etagOf(operation: Operation, output: unknown): Record<string, string> {
  return operation.versioned ? { etag: `"${(output as { version: string }).version}"` } : {};
}

function answer(status: number, output: unknown, headers: Record<string, string> = {}): APIGatewayProxyResult {
  const standard = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  if (output === undefined) return { statusCode: status, headers: { ...standard, ...headers }, body: "" };
  const typed = { ...standard, "content-type": "application/json", ...headers };
  return { statusCode: status, headers: typed, body: JSON.stringify(output) };
}

function refusal({ code, message, fields }: Refusal, headers?: Record<string, string>): APIGatewayProxyResult {
  return answer(errorCodes[code], { error: { code, message, ...(fields && { fields }) } }, headers);
}

const knownPaths = Object.values(operations).map((operation) => ({
  method: operation.method,
  pattern: new RegExp(`^${operation.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}/?$`),
}));

/** What a path answers to; nothing where there is nothing. */
function methodsOf(path: string): string[] {
  const methods = knownPaths.filter(({ pattern }) => pattern.test(path)).map((known) => known.method as string);
  if (methods.length === 0) return [];
  return [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
}

const allowOf = (path: string) => ({ allow: methodsOf(path).join(", ") });

/** No operation has this method and path. */
export function refuseUnknownRoute({ method, path }: { method: string; path: string }): never {
  const methods = methodsOf(path);
  if (methods.length === 0) throw new Refusal("not_found", `There is nothing at ${path}.`);
  throw new Refusal("method_not_allowed", `${path} answers ${methods.join(", ")}, not ${method}.`);
}

/** OPTIONS tells what a path answers to; HEAD is GET without the body. */
export function answerHeadAndOptions() {
  const heads = new WeakSet<object>();
  const strip = (request: { event: APIGatewayProxyEvent; response: unknown }) => {
    if (heads.has(request.event) && request.response) (request.response as APIGatewayProxyResult).body = "";
  };
  return {
    before: ({ event }: { event: APIGatewayProxyEvent }) => {
      const methods = methodsOf(event.path);
      if (event.httpMethod === "OPTIONS" && methods.length > 0) return answer(204, undefined, allowOf(event.path));
      if (event.httpMethod !== "HEAD" || !methods.includes("HEAD")) return;
      event.httpMethod = "GET";
      heads.add(event);
    },
    after: strip,
    onError: strip,
  };
}

const unforeseen = new Refusal("internal", "Something went wrong on our side; it is logged. Try again in a moment.");

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const trouble = storageTrouble(error);
  return trouble === undefined ? unforeseen : new Refusal("unavailable", trouble);
}

/** Every error becomes an answer with a code of the closed list. One nobody foresaw is logged whole and shown as internal. */
export function answerErrors() {
  return {
    onError: (request: { event: APIGatewayProxyEvent; error: unknown; response: unknown }) => {
      const { error, event } = request;
      if (!(error instanceof Refusal)) logFault("api", error);
      const shown = refusalOf(error);
      request.response = refusal(shown, headersOf(shown.code, event.path));
    },
  };
}

/** What a refused request should have been like. */
function headersOf(code: ErrorCode, path: string): Record<string, string> | undefined {
  if (code === "method_not_allowed") return allowOf(path);
  return code === "unsupported_media_type" ? { accept: "application/json", "accept-encoding": "identity" } : undefined;
}
