import { CustomAttributeType, Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { at, createdAt, model, needed, optional } from "./attributes.ts";

/** The SDK tells an object by its `constructor`, which may be the name of a variable here. A Map has no such doubts. */
const asMap = (values?: Record<string, string>) =>
  values && (new Map(Object.entries(values)) as unknown as typeof values);

export const parameterStore = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("parameterStore"),
      attributes: {
        workspaceId: needed,
        storeId: needed,
        name: needed,
        encrypted: { type: "boolean", required: true },
        /** Tells the right key from others without being of use to find it. Only of an encrypted store. */
        verifier: optional,
        names: { type: "list", items: { type: "string" }, required: true },
        /** Each value sealed by itself, so that removing one takes no key. */
        values: { type: CustomAttributeType<Record<string, string>>("any"), required: true, set: asMap },
        /** Counts changes: what tells one in between. */
        version: { type: "number", required: true },
        createdAt,
        updatedAt: needed,
      },
      indexes: { primary: at(["workspaceId"], ["storeId"]) },
    } as const,
    config,
  );
export type ParameterStoreRow = EntityItem<ReturnType<typeof parameterStore>>;

export const parameterStoreName = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("parameterStoreName"),
      attributes: {
        workspaceId: needed,
        lowerName: needed,
        storeId: needed,
        encrypted: { type: "boolean", required: true },
      },
      indexes: { primary: at(["workspaceId"], ["lowerName"]) },
    } as const,
    config,
  );
