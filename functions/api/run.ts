import type { runOperations } from "../../contract/operations/run.ts";
import { Refusal } from "../../core/error.ts";
import { requesterOf } from "../../core/key/principal.ts";
import { readLog } from "../../core/log/read.ts";
import { listRuns, listTaskRuns, readRun } from "../../core/run/history.ts";
import { cancel, retry, runNow } from "../../core/run/request.ts";
import { inputOf, runOf, runSummaryOf } from "../../core/run/view.ts";
import { readTask } from "../../core/task/task.ts";
import type { Handlers } from "./handler.ts";

export const runHandlers: Handlers<keyof typeof runOperations> = {
  async runTask(ctx, { principal }, { params, body, idempotencyKey }) {
    const task = await readTask(ctx, principal.workspaceId, params.taskId);
    const run = await runNow(ctx, task, { by: requesterOf(principal), idempotencyKey, ...body });
    return runOf(ctx, run);
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
    return runOf(ctx, await readRun(ctx, principal.workspaceId, params.runId));
  },

  async getRunInput(ctx, { principal }, { params }) {
    const input = await inputOf(ctx, await readRun(ctx, principal.workspaceId, params.runId));
    if (!input)
      throw new Refusal("not_found", "What this run was asked is not kept: it was skipped, or is older than that.");
    return input;
  },

  async cancelRun(ctx, { principal }, { params }) {
    const run = await cancel(ctx, await readRun(ctx, principal.workspaceId, params.runId));
    return runOf(ctx, run);
  },

  async retryRun(ctx, { principal }, { params, idempotencyKey }) {
    const old = await readRun(ctx, principal.workspaceId, params.runId);
    const run = await retry(ctx, old, { by: requesterOf(principal), idempotencyKey });
    return runOf(ctx, run);
  },

  async getRunLogs(ctx, { principal }, { params, query }) {
    return readLog(ctx, await readRun(ctx, principal.workspaceId, params.runId), query);
  },
};
