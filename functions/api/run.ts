import type { runOperations } from "../../contract/operations/run.ts";
import { isTerminal } from "../../contract/run.ts";
import { readLog } from "../../core/log/read.ts";
import { afterEnd } from "../../core/run/after.ts";
import { listRuns, listTaskRuns, readRun } from "../../core/run/history.ts";
import { cancel, retry, runNow } from "../../core/run/request.ts";
import { runOf, runSummaryOf } from "../../core/run/view.ts";
import { readTask } from "../../core/task/task.ts";
import type { Handlers } from "./handler.ts";

export const runHandlers: Handlers<keyof typeof runOperations> = {
  async runTask(ctx, { principal }, { params, idempotencyKey }) {
    const task = await readTask(ctx, principal.workspaceId, params.taskId);
    const run = await runNow(ctx, task, idempotencyKey);
    if (isTerminal(run.status)) await afterEnd(ctx, run);
    return runOf(run);
  },

  async listTaskRuns(ctx, { principal }, { params, query }) {
    const task = await readTask(ctx, principal.workspaceId, params.taskId);
    const { data, cursor } = await listTaskRuns(ctx, task.taskId, query);
    return { items: data.map(runSummaryOf), nextCursor: cursor };
  },

  async listRuns(ctx, { principal }, { query }) {
    const { data, cursor } = await listRuns(ctx, principal.workspaceId, query);
    return { items: data.map(runSummaryOf), nextCursor: cursor };
  },

  async getRun(ctx, { principal }, { params }) {
    return runOf(await readRun(ctx, principal.workspaceId, params.runId));
  },

  async cancelRun(ctx, { principal }, { params }) {
    const run = await cancel(ctx, await readRun(ctx, principal.workspaceId, params.runId));
    if (isTerminal(run.status)) await afterEnd(ctx, run);
    return runOf(run);
  },

  async retryRun(ctx, { principal }, { params, idempotencyKey }) {
    const old = await readRun(ctx, principal.workspaceId, params.runId);
    const run = await retry(ctx, old, idempotencyKey);
    if (isTerminal(run.status)) await afterEnd(ctx, run);
    return runOf(run);
  },

  async getRunLogs(ctx, { principal }, { params, query }) {
    return readLog(ctx, await readRun(ctx, principal.workspaceId, params.runId), query);
  },
};
