import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { roles } from "../../../contract/access.ts";
import { at, createdAt, gsi, model, needed } from "./attributes.ts";

export const apiKey = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("apiKey"),
      attributes: {
        keyId: needed,
        workspaceId: needed,
        name: needed,
        role: { type: roles, required: true },
        autonomy: { type: "number", required: true },
        hash: needed,
        lastFour: needed,
        createdAt,
        expiresAt: { type: "number" },
      },
      indexes: { primary: at(["keyId"], []), byWorkspace: gsi(2, ["workspaceId"], ["createdAt", "keyId"]) },
    } as const,
    config,
  );
export type ApiKeyRow = EntityItem<ReturnType<typeof apiKey>>;
