import { ApiError, UnreachableError } from "../contract/client.ts";
import type { ErrorCode } from "../contract/error.ts";
import type { RunStatus } from "../contract/run.ts";
import type { Server } from "./server.ts";

/** The exit codes that scripts rely on; `errand --help` prints them. */
export const exitCodes = {
  ok: 0,
  runNotDone: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  conflict: 5,
  unreachable: 6,
  internal: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const exitCodeOfApi: Record<ErrorCode, ExitCode> = {
  malformed_json: exitCodes.usage,
  invalid_input: exitCodes.usage,
  payload_too_large: exitCodes.usage,
  unsupported_media_type: exitCodes.usage,
  unauthenticated: exitCodes.notSignedIn,
  forbidden: exitCodes.notSignedIn,
  csrf_failed: exitCodes.notSignedIn,
  not_found: exitCodes.notFound,
  name_taken: exitCodes.conflict,
  credential_refused: exitCodes.conflict,
  conflict: exitCodes.conflict,
  precondition_failed: exitCodes.conflict,
  not_allowed_in_state: exitCodes.conflict,
  rate_limited: exitCodes.unreachable,
  unavailable: exitCodes.unreachable,
  method_not_allowed: exitCodes.internal,
  internal: exitCodes.internal,
};

const nextSteps: Partial<Record<ErrorCode, string>> = {
  forbidden: "Use a key that may do this: `errand key create` makes one, with --role and --autonomy.",
  credential_refused: "Correct it, or add --force to store it as it is.",
  rate_limited: "Wait a little, then try again.",
  internal: "Read the server's log, then try again.",
};

/** What the command itself finds wrong: what happened, and what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;
  readonly code: ErrorCode;
  constructor(exitCode: ExitCode, code: ErrorCode, message: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}

export const usageError = (message: string) => new CliError(exitCodes.usage, "invalid_input", message);
export const notFound = (message: string) => new CliError(exitCodes.notFound, "not_found", message);

/** Turns the names of input fields into those of the flags that gave them; programs get the API's names. */
export function toldBy({ json }: { json: boolean }, flagOf: (field: string) => string) {
  return (error: unknown): never => {
    if (json || !(error instanceof ApiError)) throw error;
    const fields = Object.entries(error.fields).map(([field, fault]) => [flagOf(field), fault]);
    throw new ApiError(error.code, error.status, error.message, Object.fromEntries(fields));
  };
}

/** The exit code of a run that was followed to its end. */
export function exitCodeOfRun(status: RunStatus): ExitCode {
  return status === "DONE" ? exitCodes.ok : exitCodes.runNotDone;
}

export interface Failure {
  exitCode: ExitCode;
  code: ErrorCode;
  message: string;
  nextStep?: string;
  fields?: Record<string, string>;
}

/** Names what was thrown; what nobody foresaw is `internal`. */
export function failureOf(error: unknown, hints?: Server["hints"]): Failure {
  if (error instanceof CliError) return { exitCode: error.exitCode, code: error.code, message: error.message };
  if (error instanceof ApiError) {
    const { code, message, fields } = error;
    return {
      exitCode: exitCodeOfApi[code],
      code,
      message,
      fields,
      nextStep: code === "unauthenticated" ? hints?.signIn : nextSteps[code],
    };
  }
  if (error instanceof UnreachableError) {
    return {
      exitCode: exitCodes.unreachable,
      code: "unavailable",
      message: error.message,
      nextStep: hints?.unreachable,
    };
  }
  if (error instanceof Error && error.name === "ExitPromptError") {
    return { exitCode: exitCodes.interrupted, code: "invalid_input", message: "Interrupted; nothing was changed." };
  }
  if (error instanceof Error && error.name === "ZodError") {
    const message = "The server's answer is not one this command knows; update whichever of the two is older.";
    return { exitCode: exitCodes.internal, code: "internal", message };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: exitCodes.internal, code: "internal", message };
}
