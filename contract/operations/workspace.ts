import * as z from "zod";
import { agentType } from "../agent.ts";
import { costQuery, costReport } from "../cost.ts";
import { credential, credentialInput } from "../credential.ts";
import { idSchema } from "../id.ts";
import { live, overview } from "../overview.ts";
import { newParameterStore, parameterStore, parameterStoreInput, parameterStorePatch } from "../parameter-store.ts";
import { list, type Operation, page } from "./operation.ts";

const agentParams = z.object({ agentType });
const storeParams = z.object({ storeId: idSchema("parameterStore") });

/** What belongs to a workspace as a whole: credentials, parameter stores, what was spent, what goes on. */
export const workspaceOperations = {
  listCredentials: {
    method: "GET",
    path: "/api/credentials",
    summary: "List what is known about the stored credentials",
    access: "viewer",
    status: 200,
    output: list(credential),
    errors: [],
  },
  putCredential: {
    method: "PUT",
    path: "/api/credentials/{agentType}",
    summary: "Store or replace the credential of an agent type",
    access: "admin",
    params: agentParams,
    body: credentialInput,
    status: 200,
    output: credential,
    errors: ["credential_refused"],
  },
  deleteCredential: {
    method: "DELETE",
    path: "/api/credentials/{agentType}",
    summary: "Remove the credential of an agent type",
    access: "admin",
    params: agentParams,
    status: 204,
    errors: ["not_found"],
  },
  checkCredential: {
    method: "POST",
    path: "/api/credentials/{agentType}/check",
    summary: "Ask the model provider whether it accepts the stored credential",
    access: "admin",
    params: agentParams,
    status: 200,
    output: credential,
    errors: ["not_found"],
  },
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
  getCosts: {
    method: "GET",
    path: "/api/costs",
    summary: "Tell what was spent in a period by day, task, agent type and model",
    access: "viewer",
    query: costQuery,
    status: 200,
    output: costReport,
    errors: [],
  },
  getOverview: {
    method: "GET",
    path: "/api/overview",
    summary: "What the dashboard shows",
    access: "viewer",
    status: 200,
    output: overview,
    errors: [],
  },
  getLive: {
    method: "GET",
    path: "/api/live",
    summary: "How many runs wait and run now, and the latest few",
    access: "viewer",
    status: 200,
    output: live,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
