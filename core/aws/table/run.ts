import { CustomAttributeType, Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { agentTypes } from "../../../contract/agent.ts";
import {
  emailStates,
  executors,
  type Requester,
  type RunErrorCode,
  type RunSummary,
  runErrors,
  runStatuses,
  triggers,
  type Usage,
} from "../../../contract/run.ts";
import { at, count, createdAt, gsi, inSweep, model, needed, optional } from "./attributes.ts";

const errorCodes = Object.keys(runErrors) as [RunErrorCode, ...RunErrorCode[]];

/** The sweep's index is in so many parts, so that no number of runs makes one of them hot. */
export const shards = ["0", "1", "2", "3"] as const;

/** What the keys of a run's indexes are made of, beside what a change of the run sets. */
export function indexParts({
  runId,
  workspaceId,
  taskId,
  createdAt,
}: {
  runId: string;
  workspaceId: string;
  taskId: string;
  createdAt: string;
}) {
  return {
    workspaceId,
    taskId,
    createdAt,
    shard: shards[runId.charCodeAt(runId.length - 1) % shards.length] as string,
  };
}

/** A run as it is listed, claimed, told alive and ended. What it was asked and answered are rows of their own. */
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
        /** The first of the runs that led to this one. */
        rootRunId: optional,
        /** How many runs led to this one by themselves. */
        depth: { type: "number" },
        requestedBy: { type: CustomAttributeType<Requester>("any") },
        /** What it was asked otherwise than its task said. */
        changed: { type: CustomAttributeType<RunSummary["changed"]>("any") },
        executor: { type: executors },
        priority: { type: "number" },
        /** Whether its id comes from an Idempotency-Key. */
        keyed: { type: "boolean" },
        createdAt,
        /** Not before this instant, as it was asked. */
        notBefore: optional,
        /** When a PENDING run may be tried again. */
        retryAt: optional,
        /** Launches of this attempt for which there was no room. */
        launchTries: { type: "number" },
        /** When a run that has not started is given up. */
        startBy: optional,
        startWithinMinutes: { type: "number" },
        claimedAt: optional,
        startedAt: optional,
        endedAt: optional,
        deadlineAt: optional,
        leaseUntil: optional,
        /** Its lease was extended because too many had lapsed at once; the next heartbeat clears it. */
        leaseExtended: { type: "boolean" },
        heartbeatAt: optional,
        timeoutMinutes: { type: "number", required: true },
        parameterStore: optional,
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
        /** What the repository's branch pointed at when the work began. */
        commit: optional,
        hasResult: { type: "boolean" },
        errorCode: { type: errorCodes },
        errorMessage: optional,
        turns: { type: "number" },
        costUsd: { type: "number" },
        usage: { type: CustomAttributeType<Usage>("any") },
        /** With its end the task was disabled: so many failures in a row. */
        disabledTaskAfter: { type: "number" },
        emailState: { type: emailStates, required: true, default: "none" },
        emailTo: optional,
        emailSentAt: optional,
        emailError: optional,
        emailAttempts: count,
        emailRetryAt: optional,
        /** Seconds since 1970; set when the task is gone and the row is only history. */
        expiresAt: { type: "number" },
        /**
         * Why the sweep has to look at it: it waits, it has a lease, or what follows its end is not done. One that is
         * `scheduled` waits for its instant, which a row of its own tells: see `scheduledRun`.
         */
        sweep: { type: ["scheduled", "waiting", "active", "outbox", "none"] as const, required: true, default: "none" },
        shard: needed,
      },
      indexes: {
        primary: at(["runId"], []),
        byTask: gsi(1, ["taskId"], ["createdAt", "runId"]),
        byWorkspace: gsi(2, ["workspaceId"], ["createdAt", "runId"]),
        byStatus: gsi(3, ["workspaceId", "status"], ["createdAt", "runId"]),
        bySweep: inSweep(["sweep", "shard"], ["workspaceId", "taskId", "runId"]),
      },
    } as const,
    config,
  );
export type RunRow = EntityItem<ReturnType<typeof run>>;
