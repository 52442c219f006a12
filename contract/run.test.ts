import { describe, expect, it } from "vitest";
import {
  can,
  isTerminal,
  mayMove,
  type RunStatus,
  runErrorCode,
  runErrors,
  runStatuses,
  statusLabels,
  terminalStatuses,
  transitions,
} from "./run.ts";

/** Every status that can be reached from this one, by any number of steps. */
function reachable(from: RunStatus | null): Set<RunStatus> {
  const seen = new Set<RunStatus>();
  const walk = (at: RunStatus | null) => {
    for (const { from: start, to } of transitions) {
      if (start !== at || seen.has(to)) continue;
      seen.add(to);
      walk(to);
    }
  };
  walk(from);
  return seen;
}

describe("the states of a run", () => {
  it("all have a label of their own", () => {
    const labels = runStatuses.map((status) => statusLabels[status]);
    expect(labels.every((label) => label.length > 0)).toBe(true);
    expect(new Set(labels).size).toBe(runStatuses.length);
  });

  it("can all be reached", () => {
    expect([...reachable(null)].sort()).toEqual([...runStatuses].sort());
  });

  it("have an end that nothing leaves", () => {
    expect(runStatuses.filter(isTerminal)).toEqual([...terminalStatuses]);
    for (const { from } of transitions) expect(from !== null && isTerminal(from)).toBe(false);
  });

  it("lead to each end that is a failure or a cancel from wherever a run is alive, and to DONE only through a runner", () => {
    for (const status of runStatuses.filter((each) => !isTerminal(each))) {
      for (const end of terminalStatuses) expect(reachable(status)).toContain(end);
    }
    expect(transitions.filter(({ to }) => to === "DONE")).toMatchObject([{ from: "PROCESSING", by: ["runner"] }]);
  });

  it("have each way between two of them once, with somebody who takes it and a guard", () => {
    const ways = transitions.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(ways).size).toBe(ways.length);
    for (const { by, guard } of transitions) expect([by.length > 0, guard.length > 0]).toEqual([true, true]);
    for (const { from, to } of transitions) expect(mayMove(from, to)).toBe(true);
    expect(mayMove("DONE", "FAILED")).toBe(false);
    expect(mayMove("PENDING", "DONE")).toBe(false);
  });
});

describe("what a person may do with a run", () => {
  it("is to cancel exactly what the table lets become CANCELLED", () => {
    for (const status of runStatuses)
      expect([status, can.cancel({ status })]).toEqual([status, mayMove(status, "CANCELLED")]);
  });

  it("is to retry what has ended without being done", () => {
    expect(runStatuses.filter((status) => can.retry({ status }))).toEqual(["FAILED", "TIMED_OUT", "CANCELLED"]);
  });
});

describe("the error codes of a run", () => {
  it("each say in one sentence what happened, and in another what to do", () => {
    for (const code of runErrorCode.options) {
      for (const sentence of runErrors[code]) expect(sentence).toMatch(/^[A-Z][^\n]+\.$/);
    }
    expect(runErrorCode.options).toEqual(Object.keys(runErrors));
  });
});
