import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { at, count, createdAt, model, needed } from "./attributes.ts";

export const workspace = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("workspace"),
      attributes: {
        workspaceId: needed,
        name: needed,
        cap: { type: "number", required: true },
        running: count,
        createdAt,
      },
      indexes: { primary: at(["workspaceId"], []) },
    } as const,
    config,
  );
export type WorkspaceRow = EntityItem<ReturnType<typeof workspace>>;
