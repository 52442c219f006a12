import type { TaskRow, TaskStateRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";

const attributes = ["taskId", "name", "agentType", "enabled", "schedule"] as const;

/** What an overview wants to know of a task. */
export type TaskCard = Pick<TaskRow, (typeof attributes)[number]> & Pick<TaskStateRow, "lastRunStatus">;

/** DynamoDB reads 1 MB a page: room for thousands of tasks. What is beyond it is left out of overviews. */
const mostPages = 10;

/** All tasks of a workspace in short, oldest first. */
export async function taskCards(ctx: Context, workspaceId: string): Promise<TaskCard[]> {
  const { task, taskState } = ctx.table.entities;
  const [{ data: tasks }, { data: states }] = await Promise.all([
    task.query
      .primary({ workspaceId })
      .where(({ deletedAt }, { notExists }) => notExists(deletedAt))
      .go({ attributes: [...attributes], pages: mostPages }),
    taskState.query.primary({ workspaceId }).go({ attributes: ["taskId", "lastRunStatus"], pages: mostPages }),
  ]);
  const statuses = new Map(states.map(({ taskId, lastRunStatus }) => [taskId, lastRunStatus]));
  return tasks.map((card) => ({ ...card, lastRunStatus: statuses.get(card.taskId) }) as TaskCard);
}
