import * as z from "zod";
import { costQuery, costReport } from "../cost.ts";
import { idSchema } from "../id.ts";
import { ledgerCall } from "../work-order.ts";
import { list, type Operation, page } from "./operation.ts";

const runParams = z.object({ runId: idSchema("run") });

/** What was spent. */
export const costOperations = {
  getCosts: {
    method: "GET",
    path: "/api/costs",
    summary: "Tell what was spent in a period by day, task, agent type and model",
    access: "viewer",
    query: costQuery,
    status: 200,
    output: costReport,
    errors: [],
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
} as const satisfies Record<string, Operation>;
