import { type RunErrorCode, runErrors } from "../../contract/run.ts";
import type { Observations, RefusalKind } from "../../gateway/index.ts";
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
export function outcomeOf(ending: Ending, redact: Redact): Outcome {
  const { summary, observations, cause } = ending;
  const result = summary.result ? { result: cap(redact(summary.result).replace(controls, "")) } : {};
  // A CLI counts its tries too; a call that was refused was no turn.
  const turns = { turns: Math.min(summary.turns ?? observations.answered, observations.answered) };
  if (cause === "CANCELLED") return { outcome: "CANCELLED", ...result, ...turns };
  if (summary.end === "success") {
    if (observations.answered > 0) return { outcome: "DONE", ...result, ...turns };
    return { outcome: "FAILED", error: refusalOf(ending, redact) ?? { code: "NO_WORK" }, ...result, ...turns };
  }
  if (cause === "DEADLINE_EXCEEDED") {
    return { outcome: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" }, ...result, ...turns };
  }
  return { outcome: "FAILED", error: errorOf(ending, redact), ...turns };
}

function errorOf(ending: Ending, redact: Redact): NonNullable<Outcome["error"]> {
  const { summary, observations, exit } = ending;
  if (observations.turnsUsedUp || summary.end === "max-turns") return { code: "MAX_TURNS" };
  const refusal = refusalOf(ending, redact);
  if (refusal) return refusal;
  const reason = summary.reason ?? ending.stderr.trim().split("\n").at(-1);
  // What is ended after its last word did not end by that signal, but by what it said.
  const how =
    exit.signal === null
      ? `ended with exit code ${exit.code}`
      : summary.end === "none"
        ? `was ended by ${exit.signal}`
        : "ended with an error";
  return {
    code: "AGENT_ERROR",
    message: shorten(redact(reason ? `The agent ${how}: ${reason}` : `The agent ${how}.`)),
  };
}

/** A request that the provider finds wrong, and its own trouble, are told in its words alone. */
const refusals: Record<RefusalKind, RunErrorCode> = {
  credential: "CREDENTIAL_REJECTED",
  "no-access": "MODEL_UNAVAILABLE",
  credit: "CREDIT_USED_UP",
  "rate-limit": "RATE_LIMITED",
  overloaded: "PROVIDER_OVERLOADED",
  request: "AGENT_ERROR",
  trouble: "AGENT_ERROR",
};

/** Why the provider did not answer the latest call, as the gateway saw it, in the provider's words. */
function refusalOf({ observations, host }: Ending, redact: Redact): Outcome["error"] {
  const { refusal, unreachable } = observations;
  if (!refusal) {
    if (!unreachable) return undefined;
    return { code: "AGENT_ERROR", message: `The model provider (${host}) could not be reached.` };
  }
  const code = refusals[refusal.kind];
  const [sentence] = runErrors[code];
  const what = code === "AGENT_ERROR" ? `The model provider answered with status ${refusal.status}.` : sentence;
  const wait = refusal.retryAfterSeconds === null ? "" : ` It asks to wait ${duration(refusal.retryAfterSeconds)}.`;
  const words = refusal.message.replace(/\s+/g, " ").trim();
  return { code, message: shorten(redact(`${what}${wait}${words === "" ? "" : ` ${host} said: ${words}`}`)) };
}

function duration(seconds: number): string {
  const [count, unit] =
    seconds < 120
      ? [seconds, "second"]
      : seconds < 7200
        ? [Math.ceil(seconds / 60), "minute"]
        : [Math.ceil(seconds / 3600), "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

type Redact = (text: string) => string;

/** How a run ended whose agent was never started. */
export function outcomeOfFailure(error: unknown, cause: StopCause | undefined, redact: Redact): Outcome {
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
