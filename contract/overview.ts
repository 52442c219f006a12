import * as z from "zod";
import { idSchema } from "./id.ts";
import { runSummary } from "./run.ts";

/** What the sidebar asks every few seconds: three small reads. */
export const live = z.object({
  queued: z.number(),
  running: z.number().describe("Starting or running."),
  latest: z.array(runSummary).describe("The latest five runs."),
});
export type Live = z.infer<typeof live>;

/** What Home shows. Days are in UTC. */
export const overview = z.object({
  tasks: z.object({ total: z.number(), enabled: z.number(), failing: z.number().describe("Their last run failed.") }),
  runsToday: z.number(),
  runningNow: z.number(),
  spendThisMonthUsd: z.number(),
  days: z
    .array(
      z.object({
        day: z.string(),
        done: z.number(),
        failed: z.number(),
        cancelled: z.number(),
        costUsd: z.number(),
      }),
    )
    .describe("The last 30 days, oldest first, by the day on which runs ended."),
  nextRuns: z.array(z.object({ taskId: idSchema("task"), taskName: z.string(), at: z.string() })).describe("Up to 8."),
  recentRuns: z.array(runSummary).describe("Up to 8."),
});
export type Overview = z.infer<typeof overview>;
