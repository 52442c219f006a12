import * as z from "zod";
import { idSchema } from "../id.ts";
import { logPage } from "../log.ts";
import { run, runInput, runRequest, runStatuses, runSummary } from "../run.ts";
import { cursor, limit, list, type Operation, page } from "./operation.ts";

const taskParams = z.object({ taskId: idSchema("task") });

const runParams = z.object({ runId: idSchema("run") });

/** Runs: what people do with them. */
export const runOperations = {
  runTask: {
    method: "POST",
    path: "/api/tasks/{taskId}/runs",
    summary: "Run a task now, or at an instant",
    access: "member",
    params: taskParams,
    body: runRequest.optional(),
    status: 202,
    output: run,
    errors: ["not_found", "conflict"],
    idempotent: true,
  },
  listTaskRuns: {
    method: "GET",
    path: "/api/tasks/{taskId}/runs",
    summary: "List the runs of a task, newest first",
    access: "viewer",
    params: taskParams,
    query: page,
    status: 200,
    output: list(runSummary),
    errors: ["not_found"],
  },
  listRuns: {
    method: "GET",
    path: "/api/runs",
    summary: "List all runs, newest first",
    access: "viewer",
    query: page.extend({
      status: z.enum(runStatuses).optional(),
      taskId: idSchema("task").optional().describe("Not together with status."),
    }),
    status: 200,
    output: list(runSummary),
    errors: [],
  },
  getRun: {
    method: "GET",
    path: "/api/runs/{runId}",
    summary: "Get a run",
    access: "viewer",
    params: runParams,
    status: 200,
    output: run,
    errors: ["not_found"],
  },
  getRunInput: {
    method: "GET",
    path: "/api/runs/{runId}/input",
    summary: "Get what a run was asked: its task's definition as it was then",
    access: "viewer",
    params: runParams,
    status: 200,
    output: runInput,
    errors: ["not_found"],
  },
  cancelRun: {
    method: "POST",
    path: "/api/runs/{runId}/cancel",
    summary: "Cancel a run that has not ended",
    access: "member",
    params: runParams,
    status: 202,
    output: run,
    errors: ["not_found", "not_allowed_in_state"],
  },
  retryRun: {
    method: "POST",
    path: "/api/runs/{runId}/retry",
    summary: "Run again what failed, timed out or was cancelled",
    access: "member",
    params: runParams,
    status: 202,
    output: run,
    errors: ["not_found", "not_allowed_in_state"],
    idempotent: true,
  },
  getRunLogs: {
    method: "GET",
    path: "/api/runs/{runId}/logs",
    summary: "Read a run's log, paged both ways",
    access: "viewer",
    params: runParams,
    query: z.strictObject({ cursor, limit: limit(1000, 200), from: z.enum(["head", "tail"]).default("head") }),
    status: 200,
    output: logPage,
    errors: ["not_found"],
  },
} as const satisfies Record<string, Operation>;
