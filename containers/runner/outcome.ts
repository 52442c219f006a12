import type { Observations } from "../../gateway/index.ts";
import type { Summary } from "./agents/agent.ts";
import { RunFailure } from "./failure.ts";
import type { Outcome } from "./lease.ts";
import type { StopCause } from "./stop.ts";
import type { Exit } from "./supervise.ts";

/** Bytes of a result, in UTF-8. */
const RESULT_BYTES = 50 * 1024;
/** They show nothing and take six bytes each on the way to the API. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const controls = /[\u0000-\u0008\u000b-\u001f]/g;
const CUT = "\n\n[The result was cut at 50 KB; the log has all of it.]";

export interface Ending {
  cause: StopCause | undefined;
  exit: Exit;
  summary: Summary;
  observations: Observations;
  /** The provider's host, for people. */
  host: string;
  /** The last words on the CLI's stderr, masked. */
  stderr: string;
}

/** How a run ended whose agent was started. What the gateway saw counts for more than what the CLI says. */
export function outcomeOf(ending: Ending, redact: (text: string) => string): Outcome {
  const { summary, observations, cause } = ending;
  const result = summary.result ? { result: cap(redact(summary.result).replace(controls, "")) } : {};
  const turns = { turns: summary.turns ?? observations.answered };
  if (cause === "CANCELLED") return { outcome: "CANCELLED", ...result, ...turns };
  if (summary.end === "success") return { outcome: "DONE", ...result, ...turns };
  if (cause === "DEADLINE_EXCEEDED") {
    return { outcome: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" }, ...result, ...turns };
  }
  return { outcome: "FAILED", error: errorOf(ending, redact), ...turns };
}

function errorOf(ending: Ending, redact: (text: string) => string): NonNullable<Outcome["error"]> {
  const { summary, observations, host, exit } = ending;
  if (observations.turnsUsedUp || summary.end === "max-turns") return { code: "MAX_TURNS" };
  if (observations.lastStatus === 401 || observations.lastStatus === 403) return { code: "CREDENTIAL_REJECTED" };
  if (observations.unreachable) {
    return { code: "AGENT_ERROR", message: `The model provider (${host}) could not be reached.` };
  }
  const reason = summary.reason ?? ending.stderr.trim().split("\n").at(-1);
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
  return {
    code: "AGENT_ERROR",
    message: shorten(redact(reason ? `The agent ${how}: ${reason}` : `The agent ${how}.`)),
  };
}

/** How a run ended whose agent was never started. */
export function outcomeOfFailure(
  error: unknown,
  cause: StopCause | undefined,
  redact: (text: string) => string,
): Outcome {
  if (cause === "CANCELLED") return { outcome: "CANCELLED" };
  if (cause === "DEADLINE_EXCEEDED") return { outcome: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" } };
  const code = error instanceof RunFailure ? error.code : "AGENT_ERROR";
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: "FAILED", error: { code, message: shorten(redact(message)) } };
}

const shorten = (text: string) => (text.length > 500 ? `${text.slice(0, 499)}…` : text).toWellFormed();

function cap(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= RESULT_BYTES) return text.toWellFormed();
  // A character cut in two becomes one replacement character at the end.
  return (
    bytes
      .subarray(0, RESULT_BYTES - CUT.length)
      .toString()
      .replace(/\uFFFD$/, "") + CUT
  );
}
