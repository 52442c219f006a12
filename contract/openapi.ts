import * as z from "zod";
import { type ErrorCode, errorCodes, errorEnvelope } from "./error.ts";
import { type Operation, operations } from "./operations.ts";

/** OpenAPI 3.1 of the whole API, made from the operations' own schemas. */
export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries(operations as Record<string, Operation>)) {
    paths[operation.path] ??= {};
    (paths[operation.path] as Record<string, unknown>)[operation.method.toLowerCase()] = describe(name, operation);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Errand", version, description: "Scheduled AI agent tasks." },
    paths,
    components: {
      schemas: { Error: jsonSchema(errorEnvelope, "output") },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key (`ek_live_…`)." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-errand_session",
          description: "A person's session. Over http, on one machine, it is called errand_session.",
        },
        ticket: { type: "http", scheme: "bearer", description: "A container's one-time ticket." },
        claimToken: { type: "http", scheme: "bearer", description: "The claim token of one run." },
      },
    },
  };
}

function describe(name: string, operation: Operation) {
  const body = operation.body && {
    required: !operation.body.safeParse(undefined).success,
    content: json(jsonSchema(operation.body, "input")),
  };
  return {
    operationId: name,
    summary: operation.summary,
    ...(security(operation) && { security: security(operation) }),
    "x-role": operation.access,
    parameters: [
      ...parameters("path", operation.params),
      ...parameters("query", operation.query),
      ...headers(operation),
    ],
    ...(body && { requestBody: body }),
    responses: {
      [operation.status]: {
        description: "Success",
        ...(operation.versioned && {
          headers: { ETag: { schema: { type: "string" }, description: "The answer's version, in quotes." } },
        }),
        ...(operation.output && { content: json(jsonSchema(operation.output, "output")) }),
      },
      ...errors(operation),
    },
  };
}

function security(operation: Operation) {
  if (operation.access === "public") return undefined;
  if (operation.access === "ticket") return [{ ticket: [] }];
  if (operation.access === "claim-token") return [{ claimToken: [] }];
  return [{ apiKey: [] }, { session: [] }];
}

function parameters(place: "path" | "query", schema: z.ZodObject | undefined) {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, "input") as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function headers(operation: Operation) {
  const header = (name: string, rest: object) => ({ name, in: "header", required: false, ...rest });
  return [
    ...(operation.idempotent ? [header("Idempotency-Key", { schema: { type: "string", maxLength: 200 } })] : []),
    ...(operation.conditional
      ? [header("If-Match", { schema: { type: "string" }, description: "The ETag of what was read." })]
      : []),
  ];
}

function errors(operation: Operation) {
  const byStatus = new Map<number, string[]>();
  for (const code of [
    ...inputErrors(operation),
    ...accessErrors(operation),
    ...operation.errors,
    "internal",
  ] as const) {
    const status = errorCodes[code];
    byStatus.set(status, [...new Set([...(byStatus.get(status) ?? []), code])]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.join(", "), content: json({ $ref: "#/components/schemas/Error" }) },
    ]),
  );
}

function inputErrors({ body, query, params, idempotent, conditional }: Operation): ErrorCode[] {
  const names = Object.keys(params?.shape ?? {});
  const isId = (name: string) => name.endsWith("Id");
  const takesValues = body || query || idempotent || conditional || !names.every(isId);
  return [
    ...(takesValues ? (["invalid_input"] as const) : []),
    ...(body ? (["malformed_json", "payload_too_large", "unsupported_media_type"] as const) : []),
    ...(names.some(isId) ? (["not_found"] as const) : []),
  ];
}

function accessErrors({ access, method }: Operation): ErrorCode[] {
  if (access === "public") return [];
  if (access === "ticket" || access === "claim-token") return ["unauthenticated"];
  return ["unauthenticated", "forbidden", ...(method === "GET" ? [] : (["csrf_failed"] as const))];
}

function json(schema: unknown) {
  return { "application/json": { schema } };
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
