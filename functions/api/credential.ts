import type { credentialOperations } from "../../contract/operations/credential.ts";
import { checkCredential, listCredentials, putCredential, removeCredential } from "../../core/credential/credential.ts";
import type { Handlers } from "./handler.ts";

export const credentialHandlers: Handlers<keyof typeof credentialOperations> = {
  async listCredentials(ctx, { principal }) {
    return { items: await listCredentials(ctx, principal.workspaceId), nextCursor: null };
  },

  putCredential: (ctx, { principal }, { params, body }) =>
    putCredential(ctx, principal.workspaceId, params.agentType, body),

  async deleteCredential(ctx, { principal }, { params }) {
    await removeCredential(ctx, principal.workspaceId, params.agentType);
    return undefined;
  },

  checkCredential: (ctx, { principal }, { params }) => checkCredential(ctx, principal.workspaceId, params.agentType),
};
