import { measure } from "../core/metric.ts";
import { sweep } from "../core/sweep.ts";
import { contextOfProcess } from "./environment.ts";

const ctx = contextOfProcess();

/** Once a minute: settle what died, send what could not be sent, repair what drifted; and tell how many runs are stuck. */
export async function handler(): Promise<void> {
  const { runsStuck } = await sweep(ctx);
  measure(ctx, "RunsStuck", runsStuck);
}
