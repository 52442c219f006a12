import middy from "@middy/core";
import httpRouterHandler, { type Route } from "@middy/http-router";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { type ErrorCode, errorCodes } from "../../contract/error.ts";
import type { Operation } from "../../contract/operations/operation.ts";
import { storageTrouble } from "../../core/aws/storage-trouble.ts";
import type { Context } from "../../core/context.ts";
import { invalid, Refusal } from "../../core/error.ts";
import { logFault } from "../../core/logger.ts";
import { bodyOf } from "./body.ts";
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

/** What the domain says against those fields of a body that are in order by themselves, while others are not. */
export type FurtherFaults = (
  ctx: Context,
  caller: Caller,
  given: { params: APIGatewayProxyEvent["pathParameters"]; body: unknown },
) => Promise<Record<string, string>>;

type AnyHandler = (ctx: Context, caller: Caller, input: never) => Promise<unknown>;

/** The handler of a function that answers these operations of the contract and nothing else. */
export function operationsServed<N extends string>(
  ctx: Context,
  functionName: string,
  operations: Record<N, Operation>,
  handlers: Record<N, AnyHandler>,
  further: Partial<Record<N, FurtherFaults>> = {},
) {
  const names = Object.keys(operations) as N[];
  const routes = names.map((name) => routeOf(ctx, operations[name], handlers[name], further[name]));
  const paths = pathsOf(Object.values(operations));
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(answerHeadAndOptions(paths))
    .use(answerErrors(functionName, paths))
    .handler(httpRouterHandler({ routes, notFoundResponse: refuseUnknownRoute(paths) }));
}

/** An operation of the contract as a route: who asks, what they give, the handler, and the answer in its schema. */
function routeOf(
  ctx: Context,
  operation: Operation,
  handle: AnyHandler,
  further: FurtherFaults | undefined,
): Route<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    method: operation.method,
    path: operation.path,
    handler: async (event: APIGatewayProxyEvent) => {
      const caller = await authenticate(ctx, operation, event);
      const input = await orAllFaults(
        () => inputOf(operation, event),
        (body) => further?.(ctx, caller, { params: event.pathParameters, body }),
        event,
      );
      const given = await handle(ctx, caller, input as never);
      const reply = given instanceof Reply ? given : new Reply(operation.status, {}, given);
      const output = operation.output && reply.output !== undefined ? operation.output.parse(reply.output) : undefined;
      return answer(reply.status, output, { ...etagOf(operation, output), ...reply.headers });
    },
  };
}

/** The input; where it is refused, the refusal names what the domain would say next, too: one answer with all there is. */
async function orAllFaults(
  read: () => Record<string, unknown>,
  further: (body: unknown) => Promise<Record<string, string>> | undefined,
  event: APIGatewayProxyEvent,
): Promise<Record<string, unknown>> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "invalid_input" || !error.fields || !event.body) throw error;
    const more = (await further(bodyOf(event, { mends: false }))) ?? {};
    throw invalid({ ...error.fields, ...more, ...error.fields });
  }
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

/** What a path answers to. */
interface Paths {
  /** Nothing where there is nothing. */
  methods: (path: string) => string[];
  allow: (path: string) => { allow: string };
}

function pathsOf(operations: Operation[]): Paths {
  const known = operations.map((operation) => ({
    method: operation.method,
    pattern: new RegExp(`^${operation.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}/?$`),
  }));
  const methods = (path: string) => {
    const found = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method as string);
    return found.length === 0 ? [] : [...found, ...(found.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  };
  return { methods, allow: (path) => ({ allow: methods(path).join(", ") }) };
}

/** No operation has this method and path. */
function refuseUnknownRoute(paths: Paths) {
  return ({ method, path }: { method: string; path: string }): never => {
    const methods = paths.methods(path);
    if (methods.length === 0) throw new Refusal("not_found", `There is nothing at ${path}.`);
    throw new Refusal("method_not_allowed", `${path} answers ${methods.join(", ")}, not ${method}.`);
  };
}

/** OPTIONS tells what a path answers to; HEAD is GET without the body. */
function answerHeadAndOptions(paths: Paths) {
  const heads = new WeakSet<object>();
  const strip = (request: { event: APIGatewayProxyEvent; response: unknown }) => {
    if (heads.has(request.event) && request.response) (request.response as APIGatewayProxyResult).body = "";
  };
  return {
    before: ({ event }: { event: APIGatewayProxyEvent }) => {
      const methods = paths.methods(event.path);
      if (event.httpMethod === "OPTIONS" && methods.length > 0) return answer(204, undefined, paths.allow(event.path));
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
function answerErrors(functionName: string, paths: Paths) {
  return {
    onError: (request: { event: APIGatewayProxyEvent; error: unknown; response: unknown }) => {
      const { error, event } = request;
      if (!(error instanceof Refusal)) logFault(functionName, error);
      const shown = refusalOf(error);
      request.response = refusal(shown, headersOf(shown.code, paths, event.path));
    },
  };
}

/** What a refused request should have been like. */
function headersOf(code: ErrorCode, paths: Paths, path: string): Record<string, string> | undefined {
  if (code === "method_not_allowed") return paths.allow(path);
  return code === "unsupported_media_type" ? { accept: "application/json", "accept-encoding": "identity" } : undefined;
}
