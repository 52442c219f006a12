import * as z from "zod";
import { idSchema } from "../id.ts";
import { logPage } from "../log.ts";
import { run, runStatuses, runSummary } from "../run.ts";
import {
  claimInput,
  completeAnswer,
  completeInput,
  ledgerCall,
  progressAnswer,
  progressInput,
  workOrder,
} from "../work-order.ts";
import { cursor, limit, list, type Operation, page } from "./operation.ts";

const runParams = z.object({ runId: idSchema("run") });

/** Runs: what people do with them, and what their runners report. */
export const runOperations = {
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
  listRunCalls: {
    method: "GET",
    path: "/api/runs/{runId}/calls",
    summary: "List the model calls of a run with their cost",
    access: "viewer",
    params: runParams,
    query: page,
    status: 200,
    output: list(ledgerCall),
    errors: ["not_found"],
  },
  claimRun: {
    method: "POST",
    path: "/api/runs/{runId}/claim",
    summary: "Redeem a container's ticket for its work order",
    access: "ticket",
    params: runParams,
    body: claimInput,
    status: 200,
    output: workOrder,
    errors: ["conflict"],
  },
  progressRun: {
    method: "PATCH",
    path: "/api/runs/{runId}/progress",
    summary: "Heartbeat: renew the lease, report progress and model calls",
    access: "claim-token",
    params: runParams,
    body: progressInput,
    status: 200,
    output: progressAnswer,
    errors: ["conflict"],
  },
  completeRun: {
    method: "PATCH",
    path: "/api/runs/{runId}/complete",
    summary: "Report the outcome of a run, once",
    access: "claim-token",
    params: runParams,
    body: completeInput,
    status: 200,
    output: completeAnswer,
    errors: ["conflict"],
  },
} as const satisfies Record<string, Operation>;
