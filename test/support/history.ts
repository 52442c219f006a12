import { taskLimits } from "../../contract/task-limits.ts";
import { indexParts } from "../../core/aws/table/index.ts";
import { newId } from "../../core/id.ts";
import { dayAfter, dayOf } from "../../core/time.ts";
import type { Stack } from "./stack.ts";

/** Gives a task, as written straight to the table, as many ended runs as are kept. Answers the oldest. */
export async function fillHistory({ ctx, workspaceId }: Stack, taskId: string): Promise<string> {
  const { run, taskState } = ctx.table.entities;
  const yesterday = ctx.now().getTime() - 86_400_000;
  const rows = Array.from({ length: taskLimits.runsKept }, (_, n) => {
    const createdAt = new Date(yesterday + n * 1000).toISOString();
    const key = { runId: newId(ctx, "run"), workspaceId, taskId, createdAt };
    return {
      ...key,
      ...indexParts(key),
      taskName: "of old",
      agentType: "claude-runner",
      model: "claude-sonnet-4-5",
      status: "DONE",
      trigger: "MANUAL",
      startedAt: createdAt,
      endedAt: createdAt,
      timeoutMinutes: 60,
    } as const;
  });
  await run.put(rows).go({ concurrent: 4 });
  await taskState.patch({ workspaceId, taskId }).add({ runCount: rows.length }).go();
  return rows[0]?.runId ?? "";
}

/** How many runs of a task have ended of late, as the cost page counts them. */
export async function runsSpent({ ctx, client }: Stack, taskId: string): Promise<number | undefined> {
  const today = dayOf(ctx.now());
  const { byTask } = await client.getCosts({ query: { from: dayAfter(today, -1), to: dayAfter(today, 1) } });
  return byTask.find((each) => each.taskId === taskId)?.runs;
}
