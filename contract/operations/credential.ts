import * as z from "zod";
import { agentType } from "../agent.ts";
import { credential, credentialInput } from "../credential.ts";
import { list, type Operation } from "./operation.ts";

const agentParams = z.object({ agentType });

/** How agent types sign in to their model providers. */
export const credentialOperations = {
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
} as const satisfies Record<string, Operation>;
