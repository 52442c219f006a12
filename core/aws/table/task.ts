import { CustomAttributeType, Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { agentTypes, sandboxes } from "../../../contract/agent.ts";
import type { Requester } from "../../../contract/run.ts";
import type { Schedule } from "../../../contract/schedule.ts";
import { overlaps } from "../../../contract/task-limits.ts";
import { at, count, createdAt, inSweep, model, needed, optional, strings } from "./attributes.ts";

export interface FormerSchedule {
  schedule: Schedule;
  enabled: boolean;
  /** In force from this instant until the next one's. */
  since: string;
}

/** A task's definition. What its runs count is in `taskState`, so that they change a small row. */
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
        /** How long a run of it may wait for its start, and over how many minutes its starts are spread. */
        startWithinMinutes: { type: "number" },
        spreadMinutes: { type: "number" },
        /** Counts changes of the schedule; the row is in the sweep until EventBridge Scheduler has this version. */
        scheduleVersion: count,
        scheduleSince: needed,
        /** The schedules before this one, the oldest first: a slot is judged by the one that was in force when it came. */
        formerSchedules: { type: CustomAttributeType<FormerSchedule[]>("any") },
        deletedAt: optional,
        createdAt,
        updatedAt: needed,
        createdBy: { type: CustomAttributeType<Requester>("any") },
        updatedBy: { type: CustomAttributeType<Requester>("any") },
        sweep: { type: ["schedule", "none"] as const, required: true, default: "none" },
      },
      indexes: { primary: at(["workspaceId"], ["taskId"]), bySweep: inSweep(["sweep"], ["taskId"]) },
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
