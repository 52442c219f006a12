import { type Run, type RunInput, type RunSummary, runErrors } from "../../contract/run.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { allowedOf } from "../task/allowed-tools.ts";
import { readInput } from "./asked.ts";

/** A run as lists show it. */
export function runSummaryOf(row: RunRow): RunSummary {
  const [start, end] = [row.startedAt, row.endedAt];
  return {
    id: row.runId,
    taskId: row.taskId,
    taskName: row.taskName,
    agentType: row.agentType,
    status: row.status,
    trigger: row.trigger,
    notBefore: row.notBefore ?? null,
    attempt: row.attempt,
    slot: row.slot ?? null,
    parentRunId: row.parentRunId ?? null,
    requestedBy: row.requestedBy ?? null,
    changed: row.changed ?? [],
    createdAt: row.createdAt,
    startedAt: start ?? null,
    endedAt: end ?? null,
    durationMs: start !== undefined && end !== undefined ? Date.parse(end) - Date.parse(start) : null,
    costUsd: row.costUsd ?? null,
    progressText: row.progressText ?? null,
    error: errorOf(row),
  };
}

/** A run as a whole: its result is read for it. */
export async function runOf(ctx: Context, row: RunRow): Promise<Run> {
  return wholeOf(row, await resultOf(ctx, row));
}

/** What the run answered. */
export async function resultOf(ctx: Context, { runId, hasResult }: RunRow): Promise<string | null> {
  if (!hasResult) return null;
  const { data } = await ctx.table.entities.runResult.get({ runId }).go({ consistent: true });
  return data?.text ?? null;
}

/** What the run was asked. Undefined: nobody asked for it, or it is of a version that did not keep it. */
export async function inputOf(ctx: Context, row: RunRow): Promise<RunInput | undefined> {
  const input = await readInput(ctx, row.runId);
  return (
    input && {
      prompt: input.prompt,
      input: input.input ?? null,
      agentType: row.agentType,
      model: row.model,
      sourceUrl: input.sourceUrl ?? null,
      subPath: input.subPath ?? null,
      maxTurns: input.maxTurns,
      allowedTools: allowedOf(input) ?? null,
      disallowedTools: input.disallowedTools ?? null,
      sandbox: input.sandbox ?? null,
      parameterStore: row.parameterStore ?? null,
      timeoutMinutes: row.timeoutMinutes,
      notificationEmail: row.emailTo ?? null,
    }
  );
}

function wholeOf(row: RunRow, result: string | null): Run {
  return {
    ...runSummaryOf(row),
    model: row.model,
    executor: row.executor ?? "container",
    priority: row.priority ?? 0,
    depth: row.depth ?? 0,
    rootRunId: row.rootRunId ?? null,
    startBy: row.startBy ?? null,
    commit: row.commit ?? null,
    claimedAt: row.claimedAt ?? null,
    deadlineAt: row.deadlineAt ?? null,
    cancelRequestedAt: row.cancelRequestedAt ?? null,
    result,
    turns: row.turns ?? null,
    usage: row.usage ?? null,
    email: {
      state: row.emailState,
      to: row.emailTo ?? null,
      sentAt: row.emailSentAt ?? null,
      error: row.emailError ?? null,
    },
  };
}

function errorOf(row: RunRow): RunSummary["error"] {
  if (row.errorCode === undefined) return null;
  const [message, nextStep] = runErrors[row.errorCode];
  return { code: row.errorCode, message: row.errorMessage ?? message, nextStep };
}
