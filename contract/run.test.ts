import { describe, expect, it } from "vitest";
import {
  can,
  guardOf,
  isTerminal,
  labelOf,
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

const anyone = (from: RunStatus, to: RunStatus) => transitions.some((each) => each.from === from && each.to === to);

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

  it("have each way between two of them once for whoever takes it, and a run that is made has the guard of no run", () => {
    const ways = transitions.flatMap(({ from, to, by }) => by.map((actor) => `${from} ${to} ${actor}`));
    expect(new Set(ways).size).toBe(ways.length);
    for (const { from, guard } of transitions) expect(guard === "absent").toBe(from === null);
  });

  it("change in no way that the table does not have", () => {
    expect(guardOf("PROCESSING", "DONE", "runner")).toBe("token");
    expect(guardOf("PROCESSING", "DONE", "sweeper")).toBeUndefined();
    expect(guardOf("DONE", "FAILED", "runner")).toBeUndefined();
    expect(guardOf("PENDING", "DONE", "runner")).toBeUndefined();
  });

  it("have a word of their own for a run that waits for its instant", () => {
    const now = new Date("2027-01-31T09:00:00Z");
    expect(labelOf({ status: "PENDING", notBefore: "2027-01-31T10:00:00.000Z" }, now)).toBe("Scheduled");
    expect(labelOf({ status: "PENDING", notBefore: "2027-01-31T08:00:00.000Z" }, now)).toBe("Queued");
    expect(labelOf({ status: "DONE", notBefore: null }, now)).toBe("Completed");
  });
});

describe("what a person may do with a run", () => {
  it("is to cancel exactly what the table lets become CANCELLED", () => {
    for (const status of runStatuses)
      expect([status, can.cancel({ status })]).toEqual([status, anyone(status, "CANCELLED")]);
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
