import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "./errors.ts";
import type { ServiceModel } from "./model.ts";

type Json = Record<string, unknown>;

/**
 * Turns the members of a request into what a handler gets: timestamps as Date, blobs as Uint8Array.
 * Throws SerializationException for a wrong type, and the service's own exception for required members that are
 * missing and values outside their enum, all of them in one message as AWS does.
 */
export function decodeInput(model: ServiceModel, schema: NormalizedSchema, value: unknown): Json {
  const violations: string[] = [];
  const decoded = new Decoder(model, violations).value(schema, value, "");
  if (violations.length > 0) {
    const noun = violations.length === 1 ? "validation error" : "validation errors";
    throw new AwsError(model.invalid, `${violations.length} ${noun} detected: ${violations.join("; ")}`);
  }
  return decoded as Json;
}

/** Turns a handler's answer into JSON by the output's schema; members the schema does not know are left out. */
export function encodeOutput(schema: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (schema.isStructSchema()) {
    const result: Json = {};
    for (const [name, member] of schema.structIterator()) {
      const encoded = encodeOutput(member, (value as Json)[name]);
      if (encoded !== undefined) result[jsonName(member, name)] = encoded;
    }
    return result;
  }
  if (schema.isListSchema()) return (value as unknown[]).map((item) => encodeOutput(schema.getValueSchema(), item));
  if (schema.isMapSchema()) {
    const entries = Object.entries(value as Json);
    return Object.fromEntries(entries.map(([key, item]) => [key, encodeOutput(schema.getValueSchema(), item)]));
  }
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

class Decoder {
  private readonly model: ServiceModel;
  private readonly violations: string[];

  constructor(model: ServiceModel, violations: string[]) {
    this.model = model;
    this.violations = violations;
  }

  value(schema: NormalizedSchema, value: unknown, path: string): unknown {
    if (schema.isStructSchema()) return this.struct(schema, value, path);
    if (schema.isListSchema()) {
      if (!Array.isArray(value)) throw wrongType(path, "a list");
      return value.map((item, index) => this.value(schema.getValueSchema(), item, `${path}.${index + 1}.member`));
    }
    if (schema.isMapSchema()) {
      const entries = Object.entries(expectObject(value, path));
      return Object.fromEntries(entries.map(([k, v]) => [k, this.value(schema.getValueSchema(), v, `${path}.${k}`)]));
    }
    return scalar(schema, value, path);
  }

  private struct(schema: NormalizedSchema, value: unknown, path: string): Json {
    const source = expectObject(value, path);
    const result: Json = {};
    const required = requiredMembers(schema);
    for (const [name, member] of schema.structIterator()) {
      const at = path === "" ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
      const given = source[jsonName(member, name)];
      if (given === undefined || given === null) {
        if (required.has(name))
          this.violations.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
        continue;
      }
      const decoded = this.value(member, given, at);
      this.checkEnum(`${schema.getName()}.${name}`, decoded, at);
      result[name] = decoded;
    }
    return result;
  }

  private checkEnum(key: string, value: unknown, at: string): void {
    const allowed = this.model.enums[key];
    if (!allowed) return;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (allowed.includes(item)) continue;
      this.violations.push(
        `Value '${item}' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`,
      );
    }
  }
}

function scalar(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isTimestampSchema()) {
    const time = typeof value === "number" ? value * 1000 : Date.parse(String(value));
    if (!Number.isFinite(time)) throw wrongType(path, "a timestamp");
    return new Date(time);
  }
  if (schema.isBlobSchema()) {
    if (typeof value !== "string") throw wrongType(path, "a base64 string");
    return new Uint8Array(Buffer.from(value, "base64"));
  }
  if (schema.isNumericSchema()) {
    if (typeof value !== "number" || !Number.isFinite(value)) throw wrongType(path, "a number");
    return value;
  }
  if (schema.isBooleanSchema()) {
    if (typeof value !== "boolean") throw wrongType(path, "a boolean");
    return value;
  }
  if (schema.isStringSchema() && typeof value !== "string") throw wrongType(path, "a string");
  return value;
}

const REQUIRED_COUNT = 6;
const MEMBER_NAMES = 4;

/** A structure's schema lists its required members first and says how many they are. */
function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  const raw = schema.getSchema() as unknown as unknown[];
  const count = (raw[REQUIRED_COUNT] as number | undefined) ?? 0;
  return new Set((raw[MEMBER_NAMES] as string[] | undefined)?.slice(0, count) ?? []);
}

function jsonName(member: NormalizedSchema, name: string): string {
  return (member.getMergedTraits() as { jsonName?: string }).jsonName ?? name;
}

function expectObject(value: unknown, path: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(path, "an object");
  return value as Json;
}

function wrongType(path: string, expected: string): AwsError {
  return new AwsError("SerializationException", `The value at '${path || "the request"}' must be ${expected}.`, {
    status: 400,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
