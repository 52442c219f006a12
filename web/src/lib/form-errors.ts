import type { z } from "zod";
import { ApiError } from "../../../contract/client.ts";
import { fieldsOf } from "../../../contract/error.ts";
import { sentence } from "./errors.ts";

/** Errors of a form: by field, and what belongs to no field. */
export interface FormErrors {
  fields: Record<string, string>;
  rest: string[];
}

/** Puts each error on the field it names, or on the nearest field around it: `allowedTools.0` on `allowedTools`. */
export function placed(errors: Record<string, string>, known: readonly string[]): FormErrors {
  const result: FormErrors = { fields: {}, rest: [] };
  for (const [path, message] of Object.entries(errors)) {
    const field = nearest(path, known);
    if (field === undefined) result.rest.push(path === "body" ? sentence(message) : `${path}: ${message}`);
    else result.fields[field] ??= sentence(message);
  }
  return result;
}

function nearest(path: string, known: readonly string[]): string | undefined {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("."), 0))) if (known.includes(at)) return at;
  return undefined;
}

/** What the contract's schema says about a body, by field. Empty when it is in order. */
export function faultsOf(schema: z.ZodType, body: unknown): Record<string, string> {
  const parsed = schema.safeParse(body);
  return parsed.success ? {} : fieldsOf(parsed.error);
}

/** The fields an answer of the API names, or undefined when it is about something else. */
export function fieldsOfAnswer(error: unknown): Record<string, string> | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === "name_taken") return { name: error.message };
  return Object.keys(error.fields).length > 0 ? error.fields : undefined;
}
