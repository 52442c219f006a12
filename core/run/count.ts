import * as z from "zod";
import { shards } from "../aws/table/index.ts";
import type { Context } from "../context.ts";

export interface Counted {
  /** Runs that are claimed. */
  running: number;
  /** Runs that have not ended, but for those that wait for an instant. */
  active: number;
  /** Runs that wait for an instant. */
  scheduled: number;
}

/** The index keeps keys only. */
const page = z.object({ Items: z.array(z.object({ gsi4sk: z.string() })) });

const places = ["scheduled", "waiting", "active"] as const;

interface Key {
  sweep: (typeof places)[number];
  workspaceId: string;
  /** Absent: a key of the version before, which does not say. */
  taskId: string | undefined;
}

/**
 * Counts the runs that have not ended, of some workspaces or of all, by the keys of the sweep's index: none is
 * read. Answers what there is of a workspace or of a task; undefined where that cannot be told.
 */
export async function countRuns(ctx: Context, workspaceIds: string[] | undefined) {
  const scopes = workspaceIds?.map((workspaceId) => ({ workspaceId })) ?? [{}];
  const parts = shards.flatMap((shard) =>
    places.flatMap((sweep) => scopes.map((scope) => keysOf(ctx, sweep, shard, scope))),
  );
  const counts = new Map<string, Counted>();
  const untold = new Set<string>();
  for (const { sweep, workspaceId, taskId } of (await Promise.all(parts)).flat()) {
    if (taskId === undefined) untold.add(workspaceId);
    for (const id of [workspaceId, taskId ?? ""]) {
      const { running, active, scheduled } = counts.get(id) ?? none;
      counts.set(id, {
        running: running + Number(sweep === "active"),
        active: active + Number(sweep !== "scheduled"),
        scheduled: scheduled + Number(sweep === "scheduled"),
      });
    }
  }
  return ({ workspaceId, taskId }: { workspaceId: string; taskId?: string }): Counted | undefined =>
    untold.has(workspaceId) ? undefined : (counts.get(taskId ?? workspaceId) ?? none);
}
const none: Counted = { running: 0, active: 0, scheduled: 0 };

async function keysOf(
  ctx: Context,
  sweep: Key["sweep"],
  shard: string,
  scope: { workspaceId?: string },
): Promise<Key[]> {
  const query = ctx.table.entities.run.query.bySweep({ sweep, shard, ...scope });
  const keys: Key[] = [];
  let cursor: string | null = null;
  do {
    const answer: { data: unknown; cursor: string | null } = await query.go({ data: "raw", cursor });
    for (const { gsi4sk } of page.parse(answer.data).Items) {
      const [, workspaceId = "", , taskId] = /#workspaceId_([^#]+)#(taskId_([^#]+)#)?runId_/.exec(gsi4sk) ?? [];
      keys.push({ sweep, workspaceId, taskId });
    }
    cursor = answer.cursor;
  } while (cursor !== null);
  return keys;
}
