import type { ErrorCode } from "../contract/error.ts";

/** A refusal with a code of the closed list and one sentence for a person. Anything else that is thrown is a fault. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly fields: Record<string, string> | undefined;
  constructor(code: ErrorCode, message: string, fields?: Record<string, string>) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

export function notFound(what: string): Refusal {
  return new Refusal("not_found", `There is no such ${what}.`);
}

export function invalid(fields: Record<string, string>): Refusal {
  const [field, message] = Object.entries(fields)[0] ?? ["body", "is not valid"];
  // What is a sentence of its own stands behind a colon: "schedule.at: The instant is in the past."
  return new Refusal("invalid_input", `${field}${/^[A-Z]/.test(message) ? ":" : ""} ${message}`, fields);
}
