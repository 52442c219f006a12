import { sweep } from "../core/sweep.ts";
import { noteSweep } from "../core/sweep-clock.ts";
import { contextOfProcess } from "./environment.ts";

const ctx = contextOfProcess();

/** Once a minute: settle what died, start what waits, send what could not be sent, repair what drifted. */
export async function handler(): Promise<void> {
  await sweep(ctx, { patient: await noteSweep(ctx) });
}
