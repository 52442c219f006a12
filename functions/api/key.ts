import type { keyOperations } from "../../contract/operations/key.ts";
import { createKey, deleteKey, listKeys } from "../../core/key/key.ts";
import type { Handlers } from "./handler.ts";

export const keyHandlers: Handlers<keyof typeof keyOperations> = {
  listKeys: (ctx, { principal }, { query }) => listKeys(ctx, principal.workspaceId, query),

  createKey: (ctx, { principal }, { body }) => createKey(ctx, principal.workspaceId, body),

  async deleteKey(ctx, { principal }, { params }) {
    await deleteKey(ctx, principal.workspaceId, params.keyId);
    return undefined;
  },
};
