import type { Context } from "../../core/context.ts";
import { newId } from "../../core/id.ts";
import { countsOf, outlookOf } from "../../core/task/count.ts";

const atATime = 500;

/** So many tasks with one ended run each, written straight to the table. */
export async function fillWithTasks({ ctx }: { ctx: Context }, workspaceId: string, count: number): Promise<void> {
  const { task, taskState, taskCount, run } = ctx.table.entities;
  for (let done = 0; done < count; done += atATime) {
    const rows = Array.from({ length: Math.min(atATime, count - done) }, () => rowsOfTask(ctx, workspaceId));
    await task.put(rows.map((row) => row.task)).go({ concurrent: 4 });
    await taskState.put(rows.map((row) => row.state)).go({ concurrent: 4 });
    await run.put(rows.map((row) => row.run)).go({ concurrent: 4 });
  }
  const { data: states } = await taskState.query.primary({ workspaceId }).go({ pages: "all" });
  await taskCount.put({ workspaceId, ...countsOf(states) }).go();
}

function rowsOfTask(ctx: Context, workspaceId: string) {
  const createdAt = ctx.now().toISOString();
  const [taskId, runId] = [newId(ctx, "task"), newId(ctx, "run")];
  const shared = { workspaceId, taskId, agentType: "claude-runner", model: "claude-sonnet-4-5", createdAt } as const;
  const task = {
    ...shared,
    name: taskId.slice(5),
    prompt: "Read yesterday's errors and correct the most frequent one. ".repeat(16),
    schedule: { type: "cron", expression: "0 9 * * 1-5", timezone: "UTC", preset: null },
    maxTurns: 25,
    timeoutMinutes: 60,
    overlap: "skip",
    enabled: true,
    scheduleVersion: 1,
    scheduleSince: createdAt,
    updatedAt: createdAt,
  } as const;
  const state = {
    workspaceId,
    taskId,
    runCount: 1,
    lastRunId: runId,
    lastRunStatus: "DONE",
    ...outlookOf(ctx, task),
  } as const;
  const run = {
    ...shared,
    runId,
    taskName: task.name,
    status: "DONE",
    trigger: "CRON",
    startedAt: createdAt,
    endedAt: createdAt,
    timeoutMinutes: 60,
    shard: "0",
  } as const;
  return { task, state, run };
}

/** What tasks spent on a day, as runs leave it: task n spends n cents, every second one with another model. */
export async function spendOn(
  { ctx }: { ctx: Context },
  workspaceId: string,
  days: string[],
  tasks: number,
): Promise<void> {
  const { spend, spendDay } = ctx.table.entities;
  for (const day of days) {
    const rows = Array.from({ length: tasks }, (_, n) => {
      const sums = {
        runs: 1,
        modelCalls: 2,
        inputTokens: 100,
        outputTokens: 10,
        costUsd: (n + 1) / 100,
        unpricedCalls: 0,
      };
      const agentType = n % 2 ? ("codex-runner" as const) : ("claude-runner" as const);
      const model = n % 2 ? "gpt-5.5" : "claude-sonnet-4-5";
      const key = { workspaceId, day, taskId: `task_${String(n).padStart(5, "0")}`, taskName: `task ${n}`, agentType };
      return [
        { ...key, ...sums, part: "run" },
        { ...key, ...sums, part: `model-${model}`, model },
      ];
    });
    await spend.put(rows.flat()).go({ concurrent: 4 });
    const costUsd = (tasks * (tasks + 1)) / 200;
    const whole = { runs: tasks, modelCalls: 2 * tasks, inputTokens: 100 * tasks, outputTokens: 10 * tasks, costUsd };
    await spendDay.put({ workspaceId, day, done: tasks, unpricedCalls: 0, ...whole }).go();
  }
}
