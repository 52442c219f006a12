import type { RunSummary } from "../../contract/run.ts";
import type { Task } from "../../contract/task.ts";
import { taskDefaults } from "../../contract/task-limits.ts";
import type { RunRow, TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { runSummaryOf } from "../run/view.ts";
import { describe } from "../schedule/describe.ts";
import { nextSlots } from "../schedule/next-slots.ts";
import { taskVersion } from "../version.ts";
import { allowedOf } from "./allowed-tools.ts";

/** Tasks as clients see them, with their counters and their last runs: one batch read each for all of them. */
export async function tasksOf(ctx: Context, rows: TaskRow[]): Promise<Task[]> {
  if (rows.length === 0) return [];
  const { taskState, run } = ctx.table.entities;
  const keys = rows.map(({ workspaceId, taskId }) => ({ workspaceId, taskId }));
  const { data: counted } = await taskState.get(keys).go({ consistent: true });
  const states = new Map(counted.map((state) => [state.taskId, state]));
  const ids = counted.flatMap(({ lastRunId }) => (lastRunId === undefined ? [] : [{ runId: lastRunId }]));
  const { data } = ids.length > 0 ? await run.get(ids).go() : { data: [] as RunRow[] };
  const runs = new Map(data.map((each) => [each.runId, runSummaryOf(each)]));
  return rows.map((row) => {
    const state = states.get(row.taskId);
    return taskOf(row, state?.failures ?? 0, runs.get(state?.lastRunId ?? "") ?? null, ctx.now());
  });
}

export async function oneTaskOf(ctx: Context, row: TaskRow): Promise<Task> {
  const [task] = await tasksOf(ctx, [row]);
  return task as Task;
}

function taskOf(row: TaskRow, failures: number, lastRun: RunSummary | null, now: Date): Task {
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
    allowedTools: allowedOf(row) ?? null,
    disallowedTools: row.disallowedTools ?? null,
    sandbox: row.sandbox ?? null,
    subPath: row.subPath ?? null,
    parameterStore: row.parameterStore ?? null,
    parameterStoreKey: secretState(row.parameterStoreKey, row.parameterStoreKeyLastFour),
    timeoutMinutes: row.timeoutMinutes,
    startWithinMinutes: row.startWithinMinutes ?? taskDefaults.startWithinMinutes,
    spreadMinutes: row.spreadMinutes ?? 0,
    overlap: row.overlap,
    enabled: row.enabled,
    disabledReason: row.disabledReason ?? null,
    consecutiveFailures: failures,
    lastRun,
    nextRunAt: next?.toISOString() ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    createdBy: row.createdBy ?? null,
    updatedBy: row.updatedBy ?? null,
    version: taskVersion(row),
  };
}

function secretState(sealed: string | undefined, lastFour: string | undefined): Task["gitToken"] {
  return sealed === undefined ? { set: false } : { set: true, ...(lastFour && { lastFour }) };
}
