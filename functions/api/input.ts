import type { APIGatewayProxyEvent } from "aws-lambda";
import * as z from "zod";
import { fieldsOf, inputError } from "../../contract/error.ts";
import type { Operation } from "../../contract/operations/operation.ts";
import { invalid, notFound } from "../../core/error.ts";
import { bodyOf } from "./body.ts";
import { headerOf } from "./header.ts";

const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** What a request gives, parsed by the operation's own schemas. */
export function inputOf(operation: Operation, event: APIGatewayProxyEvent): Record<string, unknown> {
  const body = operation.body && parse(operation.body, bodyFor(operation, event));
  const key = operation.idempotent ? headerOf(event, "idempotency-key") : undefined;
  if (key !== undefined && !idempotencyKey.safeParse(key).success) {
    throw invalid({ "Idempotency-Key": "must be 1 to 200 printable characters" });
  }
  const ifMatch = operation.conditional ? versionsOf(headerOf(event, "if-match")) : undefined;
  return {
    ...(operation.params && { params: paramsOf(operation.params, event) }),
    ...(operation.query && { query: parse(operation.query, queryOf(event)) }),
    ...(operation.body && { body }),
    ...(key !== undefined && { idempotencyKey: key }),
    ...(ifMatch !== undefined && { ifMatch }),
  };
}

/** Undefined where there is none and there need not be one. */
function bodyFor(operation: Operation, event: APIGatewayProxyEvent): unknown {
  if (!event.body && operation.body?.safeParse(undefined).success) return undefined;
  return bodyOf(event, { mends: isRunners(operation) });
}

/**
 * The versions that If-Match names; undefined where any will do. A proxy that compresses an answer makes its ETag a weak
 * one: W/"…" is taken for what it was.
 */
function versionsOf(header: string | undefined): string[] | undefined {
  if (header === undefined || header.trim() === "*") return undefined;
  if (!/^\s*(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*\s*$/.test(header)) {
    throw invalid({ "If-Match": 'must be the ETag of what was read, in its quotes, such as "mhx1-3"' });
  }
  return [...header.matchAll(/"([^"]*)"/g)].map(([, version = ""]) => version);
}

const isRunners = ({ access }: Operation) => access === "ticket" || access === "claim-token";

function queryOf(event: APIGatewayProxyEvent): unknown {
  const all = Object.entries(event.multiValueQueryStringParameters ?? {});
  const twice = all.filter(([, values]) => (values?.length ?? 0) > 1);
  if (twice.length > 0) throw invalid(Object.fromEntries(twice.map(([name]) => [name, "is given more than once"])));
  return event.queryStringParameters ?? {};
}

const nouns: Record<string, string> = {
  taskId: "task",
  runId: "run",
  keyId: "API key",
  storeId: "parameter store",
};

/** An id of the wrong kind is not found, like one of nothing. */
function paramsOf(schema: z.ZodObject, event: APIGatewayProxyEvent): unknown {
  const parsed = schema.safeParse(event.pathParameters ?? {}, { error: inputError });
  if (parsed.success) return parsed.data;
  const fields = fieldsOf(parsed.error);
  const noun = nouns[Object.keys(fields)[0] ?? ""];
  throw noun ? notFound(noun) : invalid(fields);
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value, { error: inputError });
  if (parsed.success) return parsed.data;
  throw invalid(fieldsOf(parsed.error));
}
