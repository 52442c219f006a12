import { expect, test } from "vitest";
import type { RunSummary } from "../../../../contract/run.ts";
import { healthOf } from "./health.ts";

const run = (status: RunSummary["status"], durationMs: number | null = null, costUsd: number | null = null) =>
  ({ status, durationMs, costUsd }) as RunSummary;

test("a task does as well as those of its runs that ended by themselves", () => {
  const runs = [run("PROCESSING"), run("CANCELLED", 5_000), run("DONE", 10_000, 0.2), run("FAILED", 30_000, 0.4)];
  expect(healthOf([...runs, run("TIMED_OUT"), run("DONE")])).toEqual({
    done: 2,
    failed: 2,
    rate: 0.5,
    averageMs: 15_000,
    averageUsd: expect.closeTo(0.3),
  });
});

test("a task that has not run has no figures, rather than bad ones", () => {
  expect(healthOf([])).toEqual({ done: 0, failed: 0, rate: undefined, averageMs: undefined, averageUsd: undefined });
  expect(healthOf([run("CANCELLED")]).rate).toBeUndefined();
});
