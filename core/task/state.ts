import type { TaskStateRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { migrateTask } from "../migration/task.ts";

/** The counters of a task; undefined when the task is gone. One of an earlier version gets them now. */
export async function readState(
  ctx: Context,
  { workspaceId, taskId }: { workspaceId: string; taskId: string },
): Promise<TaskStateRow | undefined> {
  const { data } = await ctx.table.entities.taskState.get({ workspaceId, taskId }).go({ consistent: true });
  if (data) return data;
  return (await migrateTask(ctx, workspaceId, taskId)) ? readState(ctx, { workspaceId, taskId }) : undefined;
}
