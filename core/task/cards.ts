import type { TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";

const attributes = ["taskId", "name", "agentType", "enabled", "schedule", "lastRunStatus"] as const;

/** What an overview wants to know of a task. */
export type TaskCard = Pick<TaskRow, (typeof attributes)[number]>;

/** DynamoDB reads 1 MB a page: room for thousands of tasks. What is beyond it is left out of overviews. */
const mostPages = 10;

/** All tasks of a workspace in short, oldest first. */
export async function taskCards(ctx: Context, workspaceId: string): Promise<TaskCard[]> {
  const { data } = await ctx.table.entities.task.query
    .primary({ workspaceId })
    .where(({ deletedAt }, { notExists }) => notExists(deletedAt))
    .go({ attributes: [...attributes], pages: mostPages });
  return data;
}
