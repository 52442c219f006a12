import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { terminalStatuses } from "../../../contract/run.ts";
import { at, count, gsi, model, needed, optional } from "./attributes.ts";

/** What a task's runs count. It is made and deleted together with the task. */
export const taskState = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("taskState"),
      attributes: {
        workspaceId: needed,
        taskId: needed,
        /** Runs that have not ended and wait for no instant; of these, runs that are claimed; runs kept in the history. */
        active: count,
        running: count,
        runCount: count,
        /** Runs that wait for an instant: they are not in the way of others until then. */
        scheduled: { type: "number" },
        /** When one of these was changed last by a run, and by how much they are wrong as the last count saw it. */
        movedAt: optional,
        drift: optional,
        driftAt: optional,
        /** Failures in a row that count towards disabling the task. */
        failures: count,
        /** The task's name since it was renamed. */
        taskName: optional,
        lastRunId: optional,
        /** How the run ended that was the last to end. */
        lastRunStatus: { type: terminalStatuses },
        /** Up to this slot, each one has its run. */
        lastSlot: optional,
        /** The task's next slot as it was when it was last changed or started by one; `none` keeps it out of the index. */
        nextSlot: { ...needed, default: "none" },
        /** Whether the task is enabled, and since when it is deleted: as its definition says, changed together with it. */
        enabled: { type: "boolean", required: true, default: true },
        deletedAt: optional,
        /** Slots up to this instant are older than the history that is kept: whether they ran cannot be told any more. */
        prunedUntil: optional,
      },
      indexes: {
        primary: at(["workspaceId"], ["taskId"]),
        byNextSlot: {
          ...gsi(2, ["workspaceId"], ["nextSlot", "taskId"]),
          condition: (row: { nextSlot?: string }) => row.nextSlot !== "none",
        },
      },
    } as const,
    config,
  );
export type TaskStateRow = EntityItem<ReturnType<typeof taskState>>;

/** How many tasks a workspace has. A row of its own: whoever makes tasks is in no run's way. */
export const taskCount = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("taskCount"),
      attributes: {
        workspaceId: needed,
        total: { type: "number" },
        enabled: { type: "number" },
        /** Their last run failed. */
        failing: { type: "number" },
        movedAt: optional,
        drift: optional,
        driftAt: optional,
      },
      indexes: { primary: at(["workspaceId"], []) },
    } as const,
    config,
  );
export type TaskCountRow = EntityItem<ReturnType<typeof taskCount>>;
