import * as z from "zod";
import { shards } from "../aws/table/index.ts";
import type { Context } from "../context.ts";

/** Keys are small: a page of so many costs some forty read units, and holds many workspaces. */
const pageSize = 1000;
/** The index keeps keys only. */
const page = z.object({ Items: z.array(z.object({ gsi4sk: z.string() })) });

/**
 * The workspaces in which runs wait. Of each part of the index a page of keys is read; the next one starts behind the
 * last workspace on it, so that a workspace with ten thousand waiting runs costs no more than one with ten.
 */
export async function waitingWorkspaces(ctx: Context): Promise<string[]> {
  const found = await Promise.all(shards.map((shard) => waitingIn(ctx, shard)));
  return [...new Set(found.flat())].sort();
}

async function waitingIn(ctx: Context, shard: string): Promise<string[]> {
  const { bySweep } = ctx.table.entities.run.query;
  const found: string[] = [];
  for (let last = ""; ; ) {
    // Behind every id of a run in that workspace.
    const query = bySweep({ sweep: "waiting", shard }).gt({ workspaceId: last, taskId: "~", runId: "~" });
    const { data } = await query.go({ data: "raw", limit: pageSize });
    const { Items } = page.parse(data);
    const workspaces = Items.map(({ gsi4sk }) => /#workspaceId_([^#]+)#/.exec(gsi4sk)?.[1] ?? "");
    found.push(...workspaces);
    if (Items.length < pageSize) return found;
    last = workspaces.at(-1) ?? "";
  }
}
