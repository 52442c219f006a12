import type { RunRow } from "../aws/table/index.ts";

/** The log streams of a run, that of its present attempt's container among them: one per attempt, in order. */
export function streamsWith(run: RunRow, taskArn: string): NonNullable<RunRow["logStreams"]> {
  const earlier = (run.logStreams ?? []).filter(({ attempt }) => attempt !== run.attempt);
  return [...earlier, { attempt: run.attempt, stream: `run/runner/${taskArn.split("/").at(-1)}` }];
}
