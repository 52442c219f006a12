import { type Actor, type Requester, type RunErrorCode, runErrors, type TerminalStatus } from "../../contract/run.ts";
import { taskLimits } from "../../contract/task-limits.ts";
import {
  indexParts,
  isOrIsNot,
  type RunRow,
  type TaskRow,
  type TaskStateRow,
  type TransactionRows,
} from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { type RunTotal, totalOf } from "../cost/ledger.ts";
import { countSpend } from "../cost/spend.ts";
import { replacedSchedule } from "../schedule/in-force.ts";
import { countTasks, isFailing, noOutlook } from "../task/count.ts";
import { readState } from "../task/state.ts";
import { move, moved } from "./move.ts";

export interface Ending {
  status: TerminalStatus;
  errorCode?: RunErrorCode;
  /** Replaces the code's sentence. */
  errorMessage?: string;
  result?: string;
  commit?: string;
  turns?: number;
  lastLine?: number;
}

export const isClaimed = (run: Pick<RunRow, "status">) => run.status === "CLAIMED" || run.status === "PROCESSING";

/** What infrastructure did says nothing about the task. */
const nobodysFault: readonly (RunErrorCode | undefined)[] = [
  "LAUNCH_FAILED",
  "RUNNER_LOST",
  "LEASE_EXPIRED",
  "NOT_STARTED",
];

/**
 * Ends a run and counts it, in one transaction guarded by what the table of transitions says: whoever comes second
 * changes nothing. Answers the ended run, or undefined when somebody else was first. What follows an end is not done
 * here but by the table's stream.
 */
export async function settle(ctx: Context, run: RunRow, asked: Ending, actor: Actor): Promise<RunRow | undefined> {
  // What it cost is in the ledger, whether its runner reports or not. What never started cost nothing.
  const total = run.startedAt === undefined ? undefined : await totalOf(ctx, run.runId);
  const ending = withEvidence(asked, total);
  const { set, where } = move(run, ending.status, actor);
  const { workspaceId, taskId, runId } = run;
  const { result, ...rest } = ending;
  const isScheduled = run.sweep === "scheduled";
  for (;;) {
    const state = await readState(ctx, run);
    const failures = failuresAfter(state, ending);
    const disabled = failures >= taskLimits.failuresBeforeDisable ? await enabledTask(ctx, run) : undefined;
    const ended = {
      ...endedRow(ctx, run, rest, total),
      ...set,
      ...(result !== undefined && { hasResult: true }),
      ...(disabled && { disabledTaskAfter: failures }),
    };
    const outcome = await ctx.table.transaction
      .write((rows) => [
        rows.run
          .patch({ runId })
          .set(ended)
          .remove(["retryAt", "leaseUntil"])
          .composite(indexParts(run))
          // A run that is let into the queue meanwhile is counted elsewhere.
          .where((row, is) =>
            isClaimed(run) ? where(row, is) : `${where(row, is)} AND ${is.eq(row.sweep, run.sweep)}`,
          )
          .commit(),
        ...(isScheduled ? [rows.scheduledRun.delete({ runId }).commit()] : []),
        ...(isClaimed(run)
          ? [rows.workspace.patch({ workspaceId }).add({ running: -1 }).set(moved(ctx)).commit()]
          : []),
        ...(result !== undefined ? [rows.runResult.put({ runId, text: result }).commit()] : []),
        ...(state
          ? [
              rows.taskState
                .patch({ workspaceId, taskId })
                .add({ [isScheduled ? "scheduled" : "active"]: -1, ...(isClaimed(run) && { running: -1 }) })
                .set({ failures, lastRunStatus: ending.status, ...moved(ctx), ...(disabled && noOutlook) })
                .where((row, is) =>
                  [
                    is.eq(row.failures, state.failures),
                    isOrIsNot(row.lastRunStatus, state.lastRunStatus, is),
                    isOrIsNot(row.deletedAt, state.deletedAt, is),
                  ].join(" AND "),
                )
                .commit(),
              ...countTasks(ctx, rows, workspaceId, {
                enabled: disabled ? -1 : 0,
                failing: state.deletedAt === undefined ? failingAfter(state, ending) : 0,
              }),
            ]
          : []),
        ...(disabled ? [disable(ctx, rows, disabled, failures)] : []),
        ...countSpend(rows, { ...run, ...ended, taskName: state?.taskName ?? run.taskName }, total?.models ?? []),
      ])
      .go();
    if (!outcome.canceled) return { ...run, ...ended };
    // Otherwise the counters moved, the task was changed, or both went, since they were read: read them again.
    if ((outcome.data as { rejected: boolean }[])[0]?.rejected) return undefined;
  }
}

/** Completed means evidence: a result without a single answered call to a model is none. */
function withEvidence(ending: Ending, total: RunTotal | undefined): Ending {
  if (ending.status !== "DONE" || (total !== undefined && total.answeredCalls > 0)) return ending;
  return { ...ending, status: "FAILED", errorCode: "NO_WORK" };
}

/** By how much the number of tasks grows whose last run failed. */
function failingAfter({ lastRunStatus }: TaskStateRow, { status }: Ending): number {
  return Number(isFailing(status)) - Number(isFailing(lastRunStatus));
}

function failuresAfter(state: TaskStateRow | undefined, { status, errorCode }: Ending): number {
  const failures = state?.failures ?? 0;
  if (status === "DONE") return 0;
  if (status === "CANCELLED" || nobodysFault.includes(errorCode)) return failures;
  return failures + 1;
}

async function enabledTask(ctx: Context, { workspaceId, taskId }: RunRow): Promise<TaskRow | undefined> {
  const { data } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  return data?.enabled && data.deletedAt === undefined ? data : undefined;
}

const errandItself: Requester = { kind: "system", id: null, name: "Errand" };

function disable(ctx: Context, rows: TransactionRows, task: TaskRow, failures: number) {
  const { workspaceId, taskId } = task;
  return rows.task
    .patch({ workspaceId, taskId })
    .set({
      ...replacedSchedule(ctx, task),
      enabled: false,
      disabledReason: `Disabled after ${failures} failed runs in a row. Correct the cause, then enable the task.`,
      updatedAt: ctx.now().toISOString(),
      updatedBy: errandItself,
    })
    .where(
      (row, { eq, notExists }) =>
        `${eq(row.updatedAt, task.updatedAt)} AND ${eq(row.scheduleVersion, task.scheduleVersion)} AND ${notExists(row.deletedAt)}`,
    )
    .commit();
}

function endedRow(ctx: Context, run: RunRow, ending: Omit<Ending, "result">, total: RunTotal | undefined) {
  const wantsMail = run.emailTo !== undefined && ctx.config.mailFrom !== "";
  return {
    ...withoutUndefined({ ...ending, usage: total?.usage, costUsd: total?.costUsd }),
    endedAt: ctx.now().toISOString(),
    sweep: wantsMail ? ("outbox" as const) : ("none" as const),
    emailState: wantsMail ? ("pending" as const) : ("none" as const),
  };
}

/** The sentence of a code with what is known beyond it. */
export function sentenceOf(code: RunErrorCode, reason: string): string {
  return `${runErrors[code][0]} ${reason}`.trim();
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
