import { describe, expect, test } from "vitest";
import { completeInput } from "../../contract/work-order.ts";
import type { ProviderRefusal, RefusalKind } from "../../gateway/index.ts";
import { RunFailure } from "./failure.ts";
import { type Ending, outcomeOf, outcomeOfFailure } from "./outcome.ts";

const same = (text: string) => text;

function outcome(change: {
  cause?: Ending["cause"];
  summary?: Ending["summary"];
  exit?: Ending["exit"];
  seen?: Partial<Ending["observations"]>;
  stderr?: string;
}) {
  const told = outcomeOf(
    {
      cause: change.cause,
      exit: change.exit ?? { code: 1, signal: null },
      summary: change.summary ?? { end: "error", reason: "it broke" },
      observations: {
        answered: 2,
        lastStatus: 200,
        refusal: null,
        unreachable: false,
        turnsUsedUp: false,
        ...change.seen,
      },
      host: "api.example.com",
      stderr: change.stderr ?? "",
    },
    same,
  );
  return completeInput.parse(told);
}

const refusal = (kind: RefusalKind): ProviderRefusal => ({
  kind,
  status: 400,
  type: null,
  message: "No,\nnot now.",
  retryAfterSeconds: null,
});

describe("the outcome", () => {
  test("a success is DONE, also when the deadline came a moment later", () => {
    const summary = { end: "success", result: "fine", turns: 2 } as const;
    expect(outcome({ summary })).toMatchObject({ outcome: "DONE", result: "fine", turns: 2 });
    expect(outcome({ summary, cause: "DEADLINE_EXCEEDED" })).toMatchObject({ outcome: "DONE" });
    expect(outcome({ summary, cause: "CANCELLED" })).toMatchObject({ outcome: "CANCELLED" });
  });

  test("a result without an answered model call is no work", () => {
    const summary = { end: "success", result: "See you!", turns: 1 } as const;
    expect(outcome({ summary, seen: { answered: 0, lastStatus: null } })).toEqual({
      outcome: "FAILED",
      error: { code: "NO_WORK" },
      result: "See you!",
      turns: 0,
      calls: [],
    });
    const limited = { answered: 0, refusal: refusal("rate-limit") };
    expect(outcome({ summary, seen: limited }).error?.code).toBe("RATE_LIMITED");
  });

  test.each([
    ["credential", "CREDENTIAL_REJECTED"],
    ["credit", "CREDIT_USED_UP"],
    ["no-access", "MODEL_UNAVAILABLE"],
    ["overloaded", "PROVIDER_OVERLOADED"],
    ["trouble", "AGENT_ERROR"],
  ] as const)("a provider's refusal because of %s is %s, in its words", (kind, code) => {
    const { error } = outcome({ seen: { refusal: refusal(kind) } });
    expect(error).toEqual({ code, message: expect.stringMatching(/\. api\.example\.com said: No, not now\.$/) });
  });

  test.each([
    [1, "1 second"],
    [90, "90 seconds"],
    [121, "3 minutes"],
    [7200, "2 hours"],
  ])("a rate limit tells its wait of %s seconds", (retryAfterSeconds, wait) => {
    const { error } = outcome({ seen: { refusal: { ...refusal("rate-limit"), retryAfterSeconds } } });
    expect(error).toEqual({
      code: "RATE_LIMITED",
      message: `The model provider's rate limit was reached. It asks to wait ${wait}. api.example.com said: No, not now.`,
    });
  });

  test("what has said its error is not blamed for the signal that ended it", () => {
    expect(outcome({ exit: { code: null, signal: "SIGKILL" } }).error?.message).toBe(
      "The agent ended with an error: it broke",
    );
  });

  test("what the gateway saw counts for more than what the CLI says", () => {
    expect(outcome({ seen: { turnsUsedUp: true, refusal: refusal("request") } }).error).toEqual({ code: "MAX_TURNS" });
    expect(outcome({ seen: { unreachable: true, lastStatus: null } }).error?.message).toBe(
      "The model provider (api.example.com) could not be reached.",
    );
    expect(outcome({ summary: { end: "error", reason: "401 Unauthorized" } }).error?.code).toBe("AGENT_ERROR");
  });

  test("an error says why, from the CLI or from its last words", () => {
    expect(outcome({}).error?.message).toBe("The agent ended with exit code 1: it broke");
    const none = { end: "none" } as const;
    expect(outcome({ summary: none, stderr: "warning\npanic: no\n" }).error?.message).toContain("panic: no");
    expect(outcome({ summary: none, exit: { code: null, signal: "SIGKILL" } }).error?.message).toBe(
      "The agent was ended by SIGKILL.",
    );
    expect(outcome({ summary: { end: "error", reason: "x".repeat(9000) } }).error?.message).toHaveLength(500);
  });

  test("turns come from the CLI, else from the calls that were answered", () => {
    expect(outcome({}).turns).toBe(2);
    expect(outcome({ summary: { end: "max-turns", turns: 25 }, seen: { answered: 40 } })).toMatchObject({
      turns: 25,
      error: { code: "MAX_TURNS" },
    });
    expect(outcome({ summary: { end: "error", turns: 1 }, seen: { answered: 0 } }).turns).toBe(0);
  });

  test.each(["x", "ä", "漢", "🙂"])("a long result of %s is cut to 50 KB, with a note", (letter) => {
    const { result = "" } = outcome({ summary: { end: "success", result: letter.repeat(60_000) } });
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(50 * 1024);
    expect(Buffer.byteLength(result)).toBeGreaterThan(50 * 1024 - 8);
    expect(result).toMatch(
      new RegExp(`^(${letter})+\\n\\n\\[The result was cut at 50 KB; the log has all of it.\\]$`, "u"),
    );
  });

  test("what failed before the agent started has its own code", () => {
    const failure = new RunFailure("CLONE_FAILED", "No such repository.");
    expect(outcomeOfFailure(failure, undefined, same)).toEqual({
      outcome: "FAILED",
      error: { code: "CLONE_FAILED", message: "No such repository." },
    });
    expect(outcomeOfFailure(failure, "CANCELLED", same)).toEqual({ outcome: "CANCELLED" });
    expect(outcomeOfFailure(failure, "DEADLINE_EXCEEDED", same)).toMatchObject({ outcome: "TIMED_OUT" });
    expect(outcomeOfFailure(new Error("odd"), undefined, same)).toMatchObject({ error: { code: "AGENT_ERROR" } });
  });
});
