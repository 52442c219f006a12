import { Entity, type EntityConfiguration } from "electrodb";
import { at, inSweep, model, needed } from "./attributes.ts";

/**
 * When a task is to be looked at: its slots, because none comes soon that would tell of one that is missed; or, when it is
 * deleted, because it cannot be restored any more.
 */
export const slotWatch = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("slotWatch"),
      attributes: {
        workspaceId: needed,
        taskId: needed,
        due: needed,
        sweep: { type: ["slots"] as const, required: true, default: "slots" },
      },
      indexes: {
        primary: at(["workspaceId"], ["taskId"]),
        bySweep: inSweep(["sweep"], ["due", "workspaceId", "taskId"]),
      },
    } as const,
    config,
  );
