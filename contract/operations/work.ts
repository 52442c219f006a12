import * as z from "zod";
import { idSchema } from "../id.ts";
import { completeAnswer, completeInput, progressAnswer, progressInput, redeemInput, workOrder } from "../work-order.ts";
import type { Operation } from "./operation.ts";

const runParams = z.object({ runId: idSchema("run") });

/** Carries a runner's token: the header `authorization` has the signature of its role. */
export const runTokenHeader = "x-errand-token";

/** What a runner calls: with its one-time ticket first, with its claim token from then on. */
export const workOperations = {
  redeemRun: {
    method: "POST",
    path: "/api/runs/{runId}/redeem",
    summary: "Redeem a container's ticket for its work order",
    access: "ticket",
    params: runParams,
    body: redeemInput,
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
