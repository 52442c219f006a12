import type { Context } from "./context.ts";

/** The deployment's own metrics. Alarms look at each of them: stacks/alarms.ts. */
export const metrics = ["LaunchesRefused", "LaunchesWithoutRoom", "LeasesLapsed", "RunsStuck"] as const;

export type Metric = (typeof metrics)[number];

/**
 * Tells a number to whoever watches this deployment. CloudWatch reads it out of a line of the function's log: no call,
 * no permission, no price per call. A metric costs by the hour in which it is told, so tell zeros only where silence
 * would mean something.
 */
export function measure(ctx: Context, metric: Metric, value: number): void {
  const told = [{ Namespace: "Errand", Dimensions: [["Stage"]], Metrics: [{ Name: metric, Unit: "Count" }] }];
  console.log(
    JSON.stringify({
      _aws: { Timestamp: ctx.now().getTime(), CloudWatchMetrics: told },
      Stage: ctx.config.stage,
      [metric]: value,
    }),
  );
}
