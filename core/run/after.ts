import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { logFault } from "../logger.ts";
import { deliver } from "../notify/mail.ts";
import { prune } from "./history.ts";
import { startWaiting } from "./queue.ts";

/** What follows when a run has ended. Each step can fail by itself: the sweep, or the next run to end, makes it good. */
export async function afterEnd(ctx: Context, run: RunRow): Promise<void> {
  const steps = [
    () => deliver(ctx, run),
    () => startWaiting(ctx, run.workspaceId),
    () => prune(ctx, run.workspaceId, run.taskId),
  ];
  for (const step of steps)
    await step().catch((error: unknown) => logFault("after the end", error, { runId: run.runId }));
}
