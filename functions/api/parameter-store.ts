import type { parameterStoreOperations } from "../../contract/operations/parameter-store.ts";
import {
  createParameterStore,
  deleteParameterStore,
  listParameterStores,
  updateParameterStore,
} from "../../core/parameter-store/store.ts";
import type { Handlers } from "./handler.ts";

export const parameterStoreHandlers: Handlers<keyof typeof parameterStoreOperations> = {
  listParameterStores: (ctx, { principal }, { query }) => listParameterStores(ctx, principal.workspaceId, query),

  createParameterStore: (ctx, { principal }, { body }) => createParameterStore(ctx, principal.workspaceId, body),

  updateParameterStore: (ctx, { principal }, { params, body, ifMatch }) =>
    updateParameterStore(ctx, principal.workspaceId, params.storeId, body, ifMatch),

  async deleteParameterStore(ctx, { principal }, { params, ifMatch }) {
    await deleteParameterStore(ctx, principal.workspaceId, params.storeId, ifMatch);
    return undefined;
  },
};
