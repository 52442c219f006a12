import * as z from "zod";
import { idSchema } from "../id.ts";
import { newParameterStore, parameterStore, parameterStoreInput, parameterStorePatch } from "../parameter-store.ts";
import { list, type Operation, page } from "./operation.ts";

const storeParams = z.object({ storeId: idSchema("parameterStore") });

/** Named sets of environment variables. */
export const parameterStoreOperations = {
  listParameterStores: {
    method: "GET",
    path: "/api/parameter-stores",
    summary: "List parameter stores with the names of their variables",
    access: "viewer",
    query: page,
    status: 200,
    output: list(parameterStore),
    errors: [],
  },
  createParameterStore: {
    method: "POST",
    path: "/api/parameter-stores",
    summary: "Create a parameter store; the key of an encrypted one is shown this once",
    access: "admin",
    body: parameterStoreInput,
    status: 201,
    output: newParameterStore,
    errors: ["name_taken"],
    versioned: true,
  },
  updateParameterStore: {
    method: "PATCH",
    path: "/api/parameter-stores/{storeId}",
    summary: "Set and remove variables of a parameter store",
    access: "admin",
    params: storeParams,
    body: parameterStorePatch,
    status: 200,
    output: parameterStore,
    errors: ["precondition_failed", "not_found", "conflict"],
    versioned: true,
    conditional: true,
  },
  deleteParameterStore: {
    method: "DELETE",
    path: "/api/parameter-stores/{storeId}",
    summary: "Delete a parameter store; runs of tasks that use it fail from then on",
    access: "admin",
    params: storeParams,
    status: 204,
    errors: ["precondition_failed", "not_found"],
    conditional: true,
  },
} as const satisfies Record<string, Operation>;
