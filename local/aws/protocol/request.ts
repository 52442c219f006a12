import type { IncomingMessage } from "node:http";
import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "./errors.ts";
import type { Operation, ServiceModel } from "./model.ts";
import { queryMembers } from "./query.ts";

const MEBIBYTE = 1024 * 1024;

/** The whole body of a request. Throws RequestEntityTooLargeException over 10 MiB, for S3 over 100. */
export async function readBody(request: IncomingMessage, service: string): Promise<Buffer> {
  const most = (service === "s3" ? 100 : 10) * MEBIBYTE;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new AwsError("RequestEntityTooLargeException", "The request is too large.", { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The service and region a request was signed for, from its credential scope. Signatures are not verified: the server
 * listens on the loopback address only and takes any credentials.
 */
export function signedScope(request: IncomingMessage): { service: string; region: string } {
  const header = request.headers.authorization;
  if (!header)
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", { status: 403 });
  const scope = /Credential=[^/\s]+\/\d{8}\/([^/\s]+)\/([^/\s]+)\/aws4_request/.exec(header);
  if (!scope?.[1] || !scope[2])
    throw new AwsError("IncompleteSignatureException", "The Authorization header has no credential scope.", {
      status: 403,
    });
  return { region: scope[1], service: scope[2] };
}

export interface RoutedCall {
  readonly operation: Operation;
  /** The request's members by their JSON names, before they are checked. */
  readonly members: Record<string, unknown>;
}

/** Finds the operation a request means and gathers its members from target, path, query, headers and body. */
export function route(model: ServiceModel, request: IncomingMessage, body: Buffer): RoutedCall {
  if (model.protocol === "restJson1") return routeRest(model, request, body);
  if (model.protocol === "awsQuery") return routeQuery(model, body);
  const target = String(request.headers["x-amz-target"] ?? "");
  return { operation: known(model, target.split(".").at(-1) ?? ""), members: parseJson(body) };
}

function routeQuery(model: ServiceModel, body: Buffer): RoutedCall {
  const form = new URLSearchParams(body.toString("utf8"));
  const operation = known(model, form.get("Action") ?? "");
  return { operation, members: queryMembers(operation.input, form) };
}

function routeRest(model: ServiceModel, request: IncomingMessage, body: Buffer): RoutedCall {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = url.pathname.split("/").filter((segment) => segment !== "");
  for (const operation of model.operations.values()) {
    if (!operation.http || operation.http.method !== request.method) continue;
    const labels = matchPath(operation.http.segments, path);
    if (!labels) continue;
    const members = { ...parseJson(body), ...labels, ...boundMembers(operation.input, url, request) };
    return { operation, members };
  }
  throw unknownOperation(`${request.method} ${url.pathname}`);
}

function matchPath(template: string[], path: string[]): Record<string, string> | undefined {
  if (template.length !== path.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const given = path[index] ?? "";
    const label = /^\{(\w+)\+?\}$/.exec(part)?.[1];
    if (label) labels[label] = decodeURIComponent(given);
    else if (part !== given) return undefined;
  }
  return labels;
}

interface Binding {
  httpQuery?: string;
  httpHeader?: string;
}

function boundMembers(schema: NormalizedSchema, url: URL, request: IncomingMessage): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const { httpQuery, httpHeader } = member.getMergedTraits() as Binding;
    const values = httpQuery ? url.searchParams.getAll(httpQuery) : [];
    const header = httpHeader ? request.headers[httpHeader.toLowerCase()] : undefined;
    if (typeof header === "string") values.push(header);
    if (values.length === 0) continue;
    members[name] = member.isListSchema() ? values : fromText(member, values[0] ?? "");
  }
  return members;
}

function fromText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBooleanSchema()) return text === "true";
  return text;
}

function known(model: ServiceModel, name: string): Operation {
  const operation = model.operations.get(name);
  if (!operation) throw unknownOperation(name);
  return operation;
}

function unknownOperation(name: string): AwsError {
  return new AwsError("UnknownOperationException", `The operation ${name} is not known.`, { status: 404 });
}

function parseJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Reported below together with JSON that is no object.
  }
  throw new AwsError("SerializationException", "The body is not a JSON object.", { status: 400 });
}
