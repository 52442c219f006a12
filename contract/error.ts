import * as z from "zod";

/** The closed list of error codes of the API, each with its HTTP status. Anything unforeseen is `internal`. */
export const errorCodes = {
  malformed_json: 400,
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  csrf_failed: 403,
  not_found: 404,
  method_not_allowed: 405,
  name_taken: 409,
  credential_refused: 409,
  conflict: 409,
  not_allowed_in_state: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** `fields` maps the path of an input field (`schedule.timezone`) to one sentence about it. */
export const errorEnvelope = z.object({
  error: z.object({
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
  }),
});

/** Turns a zod error into `fields`: unknown fields are named one by one, the first message of a field wins. */
export function fieldsOf(error: z.ZodError, prefix: PropertyKey[] = []): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) {
    const names = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    for (const name of names) {
      const path = [...prefix, ...issue.path, ...(name === undefined ? [] : [name])].join(".") || "body";
      fields[path] ??= name === undefined ? messageOf(issue) : "is not a known field";
    }
  }
  return fields;
}

/** A key of a record that is refused is told by the key's own message. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}
