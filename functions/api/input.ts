import type { APIGatewayProxyEvent } from "aws-lambda";
import * as z from "zod";
import { fieldsOf, inputError } from "../../contract/error.ts";
import type { Operation } from "../../contract/operations.ts";
import { invalid, notFound, Refusal } from "../../core/error.ts";
import { headerOf } from "./caller.ts";

const bodyLimit = 256 * 1024;
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** What a request gives, parsed by the operation's own schemas. */
export function inputOf(operation: Operation, event: APIGatewayProxyEvent): Record<string, unknown> {
  const body = operation.body && parse(operation.body, bodyOf(event));
  const key = operation.idempotent ? headerOf(event, "idempotency-key") : undefined;
  if (key !== undefined && !idempotencyKey.safeParse(key).success) {
    throw invalid({ "Idempotency-Key": "must be 1 to 200 printable characters" });
  }
  const ifMatch = operation.conditional ? versionsOf(headerOf(event, "if-match")) : undefined;
  return {
    ...(operation.params && { params: paramsOf(operation.params, event) }),
    ...(operation.query && { query: parse(operation.query, event.queryStringParameters ?? {}) }),
    ...(operation.body && { body }),
    ...(key !== undefined && { idempotencyKey: key }),
    ...(ifMatch !== undefined && { ifMatch }),
  };
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

function bodyOf(event: APIGatewayProxyEvent): unknown {
  const type = headerOf(event, "content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal("unsupported_media_type", "Send the body as application/json.");
  }
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > bodyLimit) throw new Refusal("payload_too_large", "The body is larger than 256 KB.");
  try {
    // Half a surrogate pair, as an escape can spell it, has no UTF-8 and so no place in DynamoDB.
    return JSON.parse(bytes.toString("utf8"), (_, value) => (typeof value === "string" ? value.toWellFormed() : value));
  } catch {
    throw new Refusal("malformed_json", "The body is not valid JSON.");
  }
}
