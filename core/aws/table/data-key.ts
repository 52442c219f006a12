import { Entity, type EntityConfiguration } from "electrodb";
import { at, createdAt, model, needed } from "./attributes.ts";

/** The key that a workspace's secrets are sealed under, itself sealed under one that comes from the deployment key. */
export const dataKey = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("dataKey"),
      attributes: { workspaceId: needed, sealed: needed, createdAt },
      indexes: { primary: at(["workspaceId"], []) },
    } as const,
    config,
  );
