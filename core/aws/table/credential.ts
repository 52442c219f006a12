import { Entity, type EntityConfiguration, type EntityItem } from "electrodb";
import { agentTypes, credentialKinds } from "../../../contract/agent.ts";
import { credentialChecks } from "../../../contract/credential.ts";
import { at, model, needed, optional } from "./attributes.ts";

export const credential = (config: EntityConfiguration) =>
  new Entity(
    {
      model: model("credential"),
      attributes: {
        workspaceId: needed,
        agentType: { type: agentTypes, required: true },
        kind: { type: credentialKinds, required: true },
        lastFour: needed,
        /** Kind and value, sealed. Of a version that kept them in Secrets Manager: absent until it is first needed. */
        sealed: optional,
        updatedAt: needed,
        /** What the provider said, and when it was asked. */
        check: { type: credentialChecks },
        checkedAt: optional,
      },
      indexes: { primary: at(["workspaceId"], ["agentType"]) },
    } as const,
    config,
  );
export type CredentialRow = EntityItem<ReturnType<typeof credential>>;
