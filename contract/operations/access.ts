import * as z from "zod";
import { apiKey, apiKeyInput, newApiKey, session } from "../access.ts";
import { idSchema } from "../id.ts";
import { list, type Operation, page } from "./operation.ts";

const keyParams = z.object({ keyId: idSchema("key") });

/** Who gets in, and what everybody may know. */
export const accessOperations = {
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
  signIn: {
    method: "GET",
    path: "/api/sign-in",
    summary: "Follow a sign-in link: sets the session cookie and goes on to the console",
    access: "public",
    query: z.strictObject({ token: z.string().max(2000) }),
    status: 303,
    errors: ["unauthenticated"],
  },
  getSession: {
    method: "GET",
    path: "/api/session",
    summary: "Tell who is signed in",
    access: "viewer",
    status: 200,
    output: session,
    errors: [],
  },
  deleteSession: {
    method: "DELETE",
    path: "/api/session",
    summary: "Sign out",
    access: "viewer",
    status: 204,
    errors: [],
  },
  getHealth: {
    method: "GET",
    path: "/api/health",
    summary: "Tell that the API answers and which version it is",
    access: "public",
    status: 200,
    output: z.object({ status: z.literal("ok"), version: z.string() }),
    errors: [],
  },
  getOpenApi: {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This description",
    access: "public",
    status: 200,
    output: z.record(z.string(), z.unknown()),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
