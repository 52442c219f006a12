import { CustomAttributeType, Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { agentTypes } from "../../../contract/agent.ts";
import { emailStates, type RunErrorCode, runErrors, runStatuses, triggers, type Usage } from "../../../contract/run.ts";
import { at, bySweep, count, createdAt, gsi, model, needed, optional, sweep } from "./attributes.ts";

const errorCodes = Object.keys(runErrors) as [RunErrorCode, ...RunErrorCode[]];

export const run = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("run"),
      attributes: {
        runId: needed,
        workspaceId: needed,
        taskId: needed,
        taskName: needed,
        agentType: { type: agentTypes, required: true },
        model: needed,
        status: { type: runStatuses, required: true },
        trigger: { type: triggers, required: true },
        attempt: { type: "number", required: true, default: 1 },
        slot: optional,
        parentRunId: optional,
        createdAt,
        /** When a PENDING run may be tried again. */
        retryAt: optional,
        firstClaimedAt: optional,
        claimedAt: optional,
        startedAt: optional,
        endedAt: optional,
        deadlineAt: optional,
        leaseUntil: optional,
        heartbeatAt: optional,
        timeoutMinutes: { type: "number", required: true },
        claimTokenHash: optional,
        taskArn: optional,
        /** One log stream per attempt that redeemed its ticket, in order. */
        logStreams: {
          type: "list",
          items: { type: "map", properties: { attempt: { type: "number" }, stream: optional } },
        },
        lastLine: { type: "number" },
        progressText: optional,
        cancelRequestedAt: optional,
        result: optional,
        errorCode: { type: errorCodes },
        errorMessage: optional,
        turns: { type: "number" },
        costUsd: { type: "number" },
        usage: { type: CustomAttributeType<Usage>("any") },
        emailState: { type: emailStates, required: true, default: "none" },
        emailTo: optional,
        emailSentAt: optional,
        emailError: optional,
        emailAttempts: count,
        emailRetryAt: optional,
        /** Seconds since 1970; set when the task is gone and the row is only history. */
        expiresAt: { type: "number" },
        sweep,
      },
      indexes: {
        primary: at(["runId"], []),
        byTask: gsi(1, ["taskId"], ["createdAt", "runId"]),
        byWorkspace: gsi(2, ["workspaceId"], ["createdAt", "runId"]),
        byStatus: gsi(3, ["workspaceId", "status"], ["createdAt", "runId"]),
        bySweep: bySweep("runId"),
      },
    } as const,
    config,
  );
export type RunRow = EntityItem<ReturnType<typeof run>>;
