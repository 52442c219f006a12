import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { at, count, createdAt, inSweep, model, needed, optional } from "./attributes.ts";

export const workspace = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("workspace"),
      attributes: {
        workspaceId: needed,
        name: needed,
        cap: { type: "number", required: true },
        running: count,
        /** When `running` was changed last by a run, and by how much it is wrong as the last count saw it: see core/run/reconcile.ts. */
        movedAt: optional,
        drift: optional,
        driftAt: optional,
        createdAt,
        /** Every workspace is in the sweep's index: its counters are counted anew from time to time. */
        sweep: { type: ["count"] as const, required: true, default: "count" },
      },
      indexes: { primary: at(["workspaceId"], []), bySweep: inSweep(["sweep"], ["workspaceId"]) },
    } as const,
    config,
  );
export type WorkspaceRow = EntityItem<ReturnType<typeof workspace>>;
