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
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** What is answered before a function is reached, by API Gateway and by what stands for it on one machine. */
export const gatewayErrors = {
  default4xx: ["invalid_input", "The request could not be understood. Check it and try again."],
  default5xx: ["unavailable", "The service is away for a moment. Try again soon."],
  noRoute: ["not_found", "There is nothing here. Check the address."],
  tooLarge: ["payload_too_large", "The request is too large. Send less than 256 KB."],
  tooMany: ["rate_limited", "Too many requests at once. Wait a little and try again."],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

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
  const fields = new Map<string, string>();
  for (const issue of error.issues) {
    const names = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    for (const name of names) {
      const path = [...prefix, ...issue.path, ...(name === undefined ? [] : [name])].join(".") || "body";
      if (!fields.has(path)) fields.set(path, name === undefined ? messageOf(issue) : "is not a known field");
    }
  }
  return Object.fromEntries(fields);
}

/** A key of a record that is refused is told by the key's own message. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};
const units: Record<string, string> = { string: "character", array: "item" };

/** `at least 2 characters`, `at most 1 item`, `at most 5`. */
function bound(which: "least" | "most", limit: number | bigint, origin: string): string {
  const unit = units[origin];
  if (unit === undefined) return `be at ${which} ${limit}`;
  return `have at ${which} ${limit} ${unit}${Number(limit) === 1 ? "" : "s"}`;
}

/** Zod's `error` for input that people give: `must be at least 1`. What a schema says itself goes before it. */
export const inputError: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "too_small":
      return `must ${bound("least", issue.minimum, issue.origin)}`;
    case "too_big":
      return `must ${bound("most", issue.maximum, issue.origin)}`;
    default:
      return undefined;
  }
};
