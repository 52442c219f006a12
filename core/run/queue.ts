import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { isAhead } from "../time.ts";
import { claimPending } from "./claim.ts";
import { readTaskToStart } from "./dispatch.ts";
import { launch } from "./launch.ts";
import { settle } from "./settle.ts";

/** How many waiting runs are looked at when one ends. The sweep looks at all of them each minute. */
const lookAhead = 10;
/** No run is put off for longer, in seconds. */
const longestWait = 3600;

/** Starts what waits in a workspace and may go now, oldest first. */
export async function startWaiting(ctx: Context, workspaceId: string): Promise<void> {
  const { data } = await ctx.table.entities.run.query
    .byStatus({ workspaceId, status: "PENDING" })
    .go({ hydrate: true, limit: lookAhead });
  for (const run of data) await startPending(ctx, run);
}

/** Starts one waiting run, if its time has come and there is room. */
export async function startPending(ctx: Context, run: RunRow): Promise<void> {
  if (run.status !== "PENDING" || isAhead(ctx.now(), run.retryAt, longestWait)) return;
  const { task, obstacle } = await readTaskToStart(ctx, run.workspaceId, run.taskId);
  if (!task || task.deletedAt !== undefined) {
    await settle(ctx, run, { status: "CANCELLED" });
    return;
  }
  if (obstacle) {
    await settle(ctx, run, { status: "FAILED", errorCode: obstacle });
    return;
  }
  const claimed = await claimPending(ctx, run, task);
  if (claimed) await launch(ctx, claimed);
}
