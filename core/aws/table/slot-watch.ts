import { Entity, type EntityConfiguration } from "electrodb";
import { at, inSweep, model, needed } from "./attributes.ts";

/** When the slots of a task are to be looked at, because none comes soon that would tell of one that is missed. */
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
