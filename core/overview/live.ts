import type { Live } from "../../contract/overview.ts";
import { shards } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { listRuns } from "../run/history.ts";
import { runSummaryOf } from "../run/view.ts";

/** More waiting runs than this are told as this many. */
const mostQueued = 1000;

export async function liveOf(ctx: Context, workspaceId: string): Promise<Live> {
  const [queued, running, latest] = await Promise.all([
    queuedRuns(ctx, workspaceId),
    runningNow(ctx, workspaceId),
    listRuns(ctx, workspaceId, { limit: 5 }),
  ]);
  return { queued, running, latest: latest.data.map(runSummaryOf) };
}

/** The keys of the sweep's index are counted where they lie, without the runs that wait for an instant; no run is read. */
async function queuedRuns(ctx: Context, workspaceId: string): Promise<number> {
  const counts = await Promise.all(
    shards.map(async (shard) => {
      const { data } = await ctx.table.entities.run.query
        .bySweep({ sweep: "waiting", shard, workspaceId })
        .go({ data: "raw", limit: mostQueued, params: { Select: "COUNT" } });
      return (data as unknown as { Count: number }).Count;
    }),
  );
  return Math.min(
    mostQueued,
    counts.reduce((sum, count) => sum + count),
  );
}

export async function runningNow(ctx: Context, workspaceId: string): Promise<number> {
  const { data } = await ctx.table.entities.workspace.get({ workspaceId }).go();
  return data?.running ?? 0;
}
