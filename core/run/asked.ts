import type { Requester, RunSummary, Trigger } from "../../contract/run.ts";
import { taskDefaults } from "../../contract/task-limits.ts";
import { indexParts, type RunInputRow, type RunRow, type TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { plus } from "../time.ts";

/** What is known of a run before it exists. */
export interface NewRun {
  runId: string;
  trigger: Trigger;
  requestedBy: Requester;
  slot?: string;
  parentRunId?: string;
  rootRunId?: string;
  /** What it is asked beyond the task's prompt. */
  input?: string;
  /** What of this the task said otherwise. */
  changed?: RunSummary["changed"];
  /** The zone of the schedule that asked; otherwise it is the task's. */
  timezone?: string | undefined;
  /** It waits for this instant. */
  notBefore?: string;
  /** Its id comes from an Idempotency-Key. */
  keyed?: true;
  /** Up to this slot each has its run, when this one is there: see core/schedule/missed.ts. */
  knownTo?: string;
}

/** Errand itself, as a task's schedule asks. */
export const bySchedule: Requester = { kind: "system", id: null, name: "Schedule" };

export const isScheduled = ({ trigger }: { trigger: Trigger }) => trigger === "CRON" || trigger === "ONCE";

/** The row of a run that is asked for now, but for its status. It keeps of the task what the run's life needs. */
export function askedRow(ctx: Context, task: TaskRow, { knownTo: _, input: __, timezone: ___, ...fresh }: NewRun) {
  const now = ctx.now();
  const createdAt = now.toISOString();
  const startWithinMinutes = task.startWithinMinutes ?? taskDefaults.startWithinMinutes;
  const ours = { runId: fresh.runId, workspaceId: task.workspaceId, taskId: task.taskId, createdAt };
  return {
    ...fresh,
    ...ours,
    shard: indexParts(ours).shard,
    taskName: task.name,
    agentType: task.agentType,
    model: task.model,
    timeoutMinutes: task.timeoutMinutes,
    startWithinMinutes,
    startBy: plus(fresh.notBefore === undefined ? now : new Date(fresh.notBefore), startWithinMinutes * 60),
    executor: "container" as const,
    priority: 0,
    depth: 0,
    rootRunId: fresh.rootRunId ?? fresh.runId,
    attempt: 1,
    emailState: "none" as const,
    emailAttempts: 0,
    ...(task.parameterStore !== undefined && { parameterStore: task.parameterStore }),
    ...(task.notificationEmail !== undefined && { emailTo: task.notificationEmail }),
  } satisfies Omit<RunRow, "status" | "sweep">;
}

/** What the run is asked: the task as it is now, and what it is asked beyond that. */
export function inputRow(
  task: TaskRow,
  { runId, input, timezone = task.schedule.timezone }: Pick<NewRun, "runId" | "input" | "timezone">,
): RunInputRow {
  const { prompt, sourceUrl, subPath, maxTurns, allowedTools, disallowedTools, sandbox } = task;
  const { gitToken, parameterStoreKey } = task;
  const work = { input, sourceUrl, subPath, allowedTools, disallowedTools, sandbox };
  const optional = { ...work, timezone, gitToken, parameterStoreKey };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { runId, prompt, maxTurns, ...given };
}

export async function readInput(ctx: Context, runId: string): Promise<RunInputRow | undefined> {
  const { data } = await ctx.table.entities.runInput.get({ runId }).go({ consistent: true });
  return data ?? undefined;
}
