import type { RunSummary } from "../../contract/run.ts";
import type { Task } from "../../contract/task.ts";
import type { RunRow, TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { runSummaryOf } from "../run/view.ts";
import { describe } from "../schedule/describe.ts";
import { nextSlots } from "../schedule/next-slots.ts";
import { taskVersion } from "../version.ts";

/** Tasks as clients see them, with their last runs: one batch read for all of them. */
export async function tasksOf(ctx: Context, rows: TaskRow[]): Promise<Task[]> {
  const ids = rows.flatMap((row) => (row.lastRunId === undefined ? [] : [{ runId: row.lastRunId }]));
  const { data } = ids.length > 0 ? await ctx.table.entities.run.get(ids).go() : { data: [] as RunRow[] };
  const runs = new Map(data.map((run) => [run.runId, runSummaryOf(run)]));
  return rows.map((row) => taskOf(row, runs.get(row.lastRunId ?? "") ?? null, ctx.now()));
}

export async function oneTaskOf(ctx: Context, row: TaskRow): Promise<Task> {
  const [task] = await tasksOf(ctx, [row]);
  return task as Task;
}

function taskOf(row: TaskRow, lastRun: RunSummary | null, now: Date): Task {
  const [next] = row.enabled ? nextSlots(row.schedule, { from: now, count: 1 }) : [];
  return {
    id: row.taskId,
    name: row.name,
    description: row.description ?? null,
    prompt: row.prompt,
    agentType: row.agentType,
    sourceUrl: row.sourceUrl ?? null,
    gitToken: secretState(row.gitToken, row.gitTokenLastFour),
    notificationEmail: row.notificationEmail ?? null,
    schedule: row.schedule,
    scheduleText: describe(row.schedule),
    model: row.model,
    maxTurns: row.maxTurns,
    allowedTools: row.allowedTools ?? null,
    disallowedTools: row.disallowedTools ?? null,
    sandbox: row.sandbox ?? null,
    subPath: row.subPath ?? null,
    parameterStore: row.parameterStore ?? null,
    parameterStoreKey: secretState(row.parameterStoreKey, row.parameterStoreKeyLastFour),
    timeoutMinutes: row.timeoutMinutes,
    overlap: row.overlap,
    enabled: row.enabled,
    disabledReason: row.disabledReason ?? null,
    consecutiveFailures: row.failures,
    lastRun,
    nextRunAt: next?.toISOString() ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: taskVersion(row),
  };
}

function secretState(sealed: string | undefined, lastFour: string | undefined): Task["gitToken"] {
  return sealed === undefined ? { set: false } : { set: true, ...(lastFour && { lastFour }) };
}
