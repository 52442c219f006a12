import type { RunSummary } from "../../../../contract/run.ts";

export interface Health {
  /** Runs that did what they were asked, and runs that failed or timed out. */
  done: number;
  failed: number;
  /** Between 0 and 1; undefined where no run counts. */
  rate: number | undefined;
  averageMs: number | undefined;
  averageUsd: number | undefined;
}

/** How a task does, by its kept runs. What was cancelled or skipped tells nothing about it. */
export function healthOf(runs: readonly RunSummary[]): Health {
  const done = runs.filter(({ status }) => status === "DONE").length;
  const failed = runs.filter(({ status }) => status === "FAILED" || status === "TIMED_OUT").length;
  return {
    done,
    failed,
    rate: done + failed > 0 ? done / (done + failed) : undefined,
    averageMs: average(runs.map(({ durationMs }) => durationMs)),
    averageUsd: average(runs.map(({ costUsd }) => costUsd)),
  };
}

function average(values: (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}
