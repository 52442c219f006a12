import { type Run, type RunSummary, runErrors } from "../../contract/run.ts";
import type { RunRow } from "../aws/table/index.ts";

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
    attempt: row.attempt,
    slot: row.slot ?? null,
    parentRunId: row.parentRunId ?? null,
    createdAt: row.createdAt,
    startedAt: start ?? null,
    endedAt: end ?? null,
    durationMs: start !== undefined && end !== undefined ? Date.parse(end) - Date.parse(start) : null,
    costUsd: row.costUsd ?? null,
    progressText: row.progressText ?? null,
    error: errorOf(row),
  };
}

/** A run as a whole. */
export function runOf(row: RunRow): Run {
  return {
    ...runSummaryOf(row),
    model: row.model,
    claimedAt: row.claimedAt ?? null,
    deadlineAt: row.deadlineAt ?? null,
    cancelRequestedAt: row.cancelRequestedAt ?? null,
    result: row.result ?? null,
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
