import { isTerminal } from "../../contract/run.ts";
import type { Context } from "../context.ts";
import { afterEnd } from "./after.ts";
import { findRun } from "./history.ts";
import { startPending } from "./queue.ts";

/**
 * Does what follows when a run has come to wait or to its end. It looks at the run as it is now, so that being called
 * twice, late, or out of order changes nothing.
 */
export async function followUp(ctx: Context, runId: string): Promise<void> {
  const run = await findRun(ctx, runId);
  if (!run) return;
  if (run.status === "PENDING") await startPending(ctx, run);
  else if (isTerminal(run.status)) await afterEnd(ctx, run);
}
