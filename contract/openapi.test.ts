import { describe, expect, it } from "vitest";
import { openApi } from "./openapi.ts";
import { type Operation, operations } from "./operations.ts";

type Json = Record<string, unknown>;
interface Described {
  operationId: string;
  summary: string;
  security?: Record<string, unknown>[];
  parameters: { name: string; in: string; required: boolean; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
}

const document = JSON.parse(JSON.stringify(openApi("1.2.3"))) as {
  openapi: string;
  info: Json;
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Json; securitySchemes: Json };
};
const named = Object.entries(operations as Record<string, Operation>).map(([name, operation]) => ({
  name,
  ...operation,
}));
const described = (operation: Operation) =>
  document.paths[operation.path]?.[operation.method.toLowerCase()] as Described;

const types = ["null", "boolean", "object", "array", "number", "string", "integer"];
/** Walks a JSON Schema; every part must be of a kind that JSON Schema 2020-12 knows. */
function checkSchema(schema: unknown, place: string): void {
  expect(typeof schema === "boolean" || (typeof schema === "object" && schema !== null), place).toBe(true);
  if (typeof schema !== "object" || schema === null) return;
  const {
    type,
    properties = {},
    required = [],
    items,
    anyOf,
    oneOf,
    allOf,
    $ref,
    enum: values,
    pattern,
  } = schema as Json;
  if (type !== undefined) for (const each of [type].flat()) expect(types, place).toContain(each);
  if ($ref !== undefined) expect($ref, place).toBe("#/components/schemas/Error");
  if (values !== undefined) expect((values as unknown[]).length, place).toBeGreaterThan(0);
  if (pattern !== undefined) expect(() => new RegExp(pattern as string, "u"), place).not.toThrow();
  for (const name of required as string[]) expect(Object.keys(properties as Json), place).toContain(name);
  for (const [name, part] of Object.entries(properties as Json)) checkSchema(part, `${place}.${name}`);
  if (items !== undefined) checkSchema(items, `${place}[]`);
  for (const parts of [anyOf, oneOf, allOf]) {
    for (const [index, part] of ((parts ?? []) as unknown[]).entries()) checkSchema(part, `${place}|${index}`);
  }
}

describe("the OpenAPI document", () => {
  it("is OpenAPI 3.1 with a title and the version", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.info).toMatchObject({ title: "Errand", version: "1.2.3" });
    checkSchema(document.components.schemas.Error, "Error");
  });

  it("describes each operation of the contract once, and nothing else", () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((each) => each.operationId),
    );
    expect(ids.sort()).toEqual(named.map(({ name }) => name).sort());
  });

  it.each(named)("describes $name whole: parameters, body, answers, who may call it", (operation) => {
    const { name, path, parameters, requestBody, responses, security, summary } = {
      path: operation.path,
      name: operation.name,
      ...described(operation),
    };
    expect(summary).toBe(operation.summary);
    const inPath = parameters.filter((parameter) => parameter.in === "path");
    expect(inPath.map((parameter) => parameter.name)).toEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
    );
    expect(inPath.every(({ required }) => required)).toBe(true);
    for (const parameter of parameters) {
      expect(["path", "query", "header"]).toContain(parameter.in);
      checkSchema(parameter.schema, `${name} ${parameter.name}`);
    }
    expect(parameters.some((parameter) => parameter.name === "Idempotency-Key")).toBe(operation.idempotent === true);
    expect(parameters.some((parameter) => parameter.name === "If-Match")).toBe(operation.conditional === true);
    expect(requestBody !== undefined).toBe(operation.body !== undefined);
    if (requestBody) checkSchema(requestBody.content["application/json"]?.schema, `${name} body`);
    expect(responses).toHaveProperty(String(operation.status));
    for (const [status, response] of Object.entries(responses)) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(response.description).not.toBe("");
      for (const { schema } of Object.values(response.content ?? {})) checkSchema(schema, `${name} ${status}`);
    }
    for (const scheme of (security ?? []).flatMap((each) => Object.keys(each))) {
      expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
    expect(security === undefined).toBe(operation.access === "public");
  });

  it("tells that what is given can be wrong, wherever something is given", () => {
    for (const operation of named) {
      const takes = Boolean(operation.body || operation.query || operation.idempotent);
      if (takes) expect(described(operation).responses, operation.name).toHaveProperty("400");
      if (operation.body)
        for (const status of ["413", "415"]) expect(described(operation).responses).toHaveProperty(status);
    }
  });

  it("never shows a write-only field in an answer", () => {
    for (const operation of named.filter(({ name }) => name !== "redeemRun" && name !== "createKey")) {
      const answers = JSON.stringify(described(operation).responses[operation.status] ?? {});
      expect(answers).not.toMatch(/"(value|secret|claimToken|hash)":/);
    }
  });
});
