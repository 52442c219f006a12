import * as z from "zod";
import { apiKey, apiKeyInput, newApiKey } from "../access.ts";
import { idSchema } from "../id.ts";
import { list, type Operation, page } from "./operation.ts";

const keyParams = z.object({ keyId: idSchema("key") });

/** API keys: machines' way in. */
export const keyOperations = {
  listKeys: {
    method: "GET",
    path: "/api/keys",
    summary: "List API keys",
    access: "admin",
    query: page,
    status: 200,
    output: list(apiKey),
    errors: [],
  },
  createKey: {
    method: "POST",
    path: "/api/keys",
    summary: "Create an API key; its secret is shown this once",
    access: "admin",
    body: apiKeyInput,
    status: 201,
    output: newApiKey,
    errors: [],
  },
  deleteKey: {
    method: "DELETE",
    path: "/api/keys/{keyId}",
    summary: "Revoke an API key",
    access: "admin",
    params: keyParams,
    status: 204,
    errors: ["not_found"],
  },
} as const satisfies Record<string, Operation>;
