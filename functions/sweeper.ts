import { sweep } from "../core/sweep.ts";
import { contextOfProcess } from "./environment.ts";

const ctx = contextOfProcess();

/** Once a minute: settle what died, send what could not be sent, repair what drifted; and tell how many runs are stuck. */
export async function handler(): Promise<void> {
  const { runsStuck } = await sweep(ctx);
  // CloudWatch reads the metric out of this line: no call, no permission, no price per call.
  const metric = { Name: "RunsStuck", Unit: "Count" };
  const metrics = [{ Namespace: "Errand", Dimensions: [["Stage"]], Metrics: [metric] }];
  const timestamp = ctx.now().getTime();
  console.log(
    JSON.stringify({
      _aws: { Timestamp: timestamp, CloudWatchMetrics: metrics },
      Stage: ctx.config.stage,
      RunsStuck: runsStuck,
    }),
  );
}
