import { CustomAttributeType, Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { agentTypes, sandboxes } from "../../../contract/agent.ts";
import { terminalStatuses } from "../../../contract/run.ts";
import type { Schedule } from "../../../contract/schedule.ts";
import { overlaps } from "../../../contract/task.ts";
import { at, bySweep, count, createdAt, model, needed, optional, strings, sweep } from "./attributes.ts";

export const task = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("task"),
      attributes: {
        workspaceId: needed,
        taskId: needed,
        name: needed,
        description: optional,
        prompt: needed,
        agentType: { type: agentTypes, required: true },
        sourceUrl: optional,
        /** Sealed under the workspace's data key; the last four characters are kept to show. */
        gitToken: optional,
        gitTokenLastFour: optional,
        notificationEmail: optional,
        schedule: { type: CustomAttributeType<Schedule>("any"), required: true },
        model: needed,
        maxTurns: { type: "number", required: true },
        allowedTools: strings,
        disallowedTools: strings,
        sandbox: { type: sandboxes },
        subPath: optional,
        parameterStore: optional,
        /** The store's CONFIG_API_KEY, sealed like the git token. */
        parameterStoreKey: optional,
        parameterStoreKeyLastFour: optional,
        timeoutMinutes: { type: "number", required: true },
        overlap: { type: overlaps, required: true },
        enabled: { type: "boolean", required: true },
        disabledReason: optional,
        /** Runs that have not ended; of these, runs that are claimed; runs kept in the history. */
        active: count,
        running: count,
        runCount: count,
        failures: count,
        lastRunId: optional,
        /** How the run ended that was the last to end. */
        lastRunStatus: { type: terminalStatuses },
        /** Slots up to this instant are older than the history that is kept: whether they ran cannot be told any more. */
        prunedUntil: optional,
        /** Counts changes of the schedule; the row is in the sweep until EventBridge Scheduler has this version. */
        scheduleVersion: count,
        scheduleSince: needed,
        deletedAt: optional,
        createdAt,
        updatedAt: needed,
        sweep,
      },
      indexes: { primary: at(["workspaceId"], ["taskId"]), bySweep: bySweep("taskId") },
    } as const,
    config,
  );
export type TaskRow = EntityItem<ReturnType<typeof task>>;

export const taskName = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("taskName"),
      attributes: { workspaceId: needed, lowerName: needed, taskId: needed },
      indexes: { primary: at(["workspaceId"], ["lowerName"]) },
    } as const,
    config,
  );
