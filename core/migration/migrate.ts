import { tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { log } from "../logger.ts";
import { countsOf } from "../task/count.ts";
import { migrateRun, migrateRunKey } from "./run.ts";
import { migrateOutlook, migrateTask } from "./task.ts";

/** The shape of the rows that this version writes. */
const present = 4;

/**
 * Brings the rows of the version before into this one's shape. Each row by itself, so that it can be broken off and done
 * again; once all are, one read tells.
 */
export async function migrate(ctx: Context): Promise<void> {
  const { deployment, task, taskState, taskCount, run, workspace } = ctx.table.entities;
  const { data } = await deployment.get({ deploymentId: "main" }).go();
  if ((data?.rows ?? 0) >= present) return;
  const tasks = await eachPage(
    (cursor) => task.scan.go({ cursor, consistent: true }),
    async (row) => (await migrateTask(ctx, row.workspaceId, row.taskId)) || migrateOutlook(ctx, row),
  );
  const runs = await eachPage(
    (cursor) => run.scan.go({ cursor, consistent: true }),
    async (row) => (row.shard === undefined ? migrateRun(ctx, row.runId) : migrateRunKey(ctx, row)),
  );
  await eachPage(
    (cursor) => workspace.scan.go({ cursor, consistent: true, attributes: ["workspaceId"] }),
    async ({ workspaceId }) => {
      const { data: states } = await taskState.query.primary({ workspaceId }).go({ consistent: true, pages: "all" });
      // Where tasks are made or deleted meanwhile, the next count puts it right.
      await tookEffect(taskCount.create({ workspaceId, ...countsOf(states) }).go());
      return tookEffect(workspace.patch({ workspaceId }).set({ sweep: "count" }).go());
    },
  );
  await deployment.upsert({ deploymentId: "main" }).set({ rows: present }).go();
  if (tasks + runs > 0) log("rows migrated", { tasks, runs });
}

/** How many rows `step` did something to. */
async function eachPage<T>(
  read: (cursor: string | null) => Promise<{ data: T[]; cursor: string | null }>,
  step: (row: T) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  let cursor: string | null = null;
  do {
    const page: { data: T[]; cursor: string | null } = await read(cursor);
    for (const row of page.data) if (await step(row)) done += 1;
    cursor = page.cursor;
  } while (cursor !== null);
  return done;
}
