import type { Route } from "@middy/http-router";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { errorCodes } from "../../contract/error.ts";
import { type Operation, type OperationName, operations } from "../../contract/operations.ts";
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
  pattern: new RegExp(`^${operation.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
}));

function methodsOf(path: string): string {
  const methods = knownPaths.filter(({ pattern }) => pattern.test(path)).map((known) => known.method);
  return methods.join(", ");
}

/** No operation has this method and path. */
export function refuseUnknownRoute({ method, path }: { method: string; path: string }): never {
  const methods = methodsOf(path);
  if (methods === "") throw new Refusal("not_found", `There is nothing at ${path}.`);
  throw new Refusal("method_not_allowed", `${path} answers ${methods}, not ${method}.`);
}

const unforeseen = new Refusal("internal", "Something went wrong on our side; it is logged. Try again in a moment.");

/** Every error becomes an answer with a code of the closed list. One nobody foresaw is logged whole and shown as internal. */
export function answerErrors() {
  return {
    onError: (request: { event: APIGatewayProxyEvent; error: unknown; response: unknown }) => {
      const { error, event } = request;
      if (!(error instanceof Refusal)) logFault("api", error);
      const shown = error instanceof Refusal ? error : unforeseen;
      const headers = shown.code === "method_not_allowed" ? { allow: methodsOf(event.path) } : undefined;
      request.response = refusal(shown, headers);
    },
  };
}
