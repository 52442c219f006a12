import { Entity, type EntityConfiguration } from "electrodb";
import { at, model, needed, optional, strings } from "./attributes.ts";

/** The one row about the deployment as a whole. */
export const deployment = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("deployment"),
      attributes: {
        /** Always "main". */
        deploymentId: needed,
        /** The version that the rows have: see core/migration/. */
        rows: { type: "number" },
        /** When the sweep came last, and until when it leaves runs to their runners. */
        sweptAt: optional,
        patienceUntil: optional,
        /** When all counters were counted anew last, and the workspaces at which the next sweep looks again. */
        countedAt: optional,
        recount: strings,
      },
      indexes: { primary: at(["deploymentId"], []) },
    } as const,
    config,
  );
