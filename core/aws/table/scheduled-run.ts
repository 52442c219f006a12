import { Entity, type EntityConfiguration } from "electrodb";
import { at, inSweep, model, needed } from "./attributes.ts";

/**
 * That a run waits for an instant. It is made with the run and deleted when the run is let into the queue, or ends. The
 * sweep finds those that are due by time, so that any number that are not cost it nothing.
 */
export const scheduledRun = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("scheduledRun"),
      attributes: {
        runId: needed,
        notBefore: needed,
        sweep: { type: ["due"] as const, required: true, default: "due" },
      },
      indexes: { primary: at(["runId"], []), bySweep: inSweep(["sweep"], ["notBefore", "runId"]) },
    } as const,
    config,
  );
