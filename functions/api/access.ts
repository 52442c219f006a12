import { openApi } from "../../contract/openapi.ts";
import { listCredentials, putCredential, removeCredential } from "../../core/credential/credential.ts";
import { createKey, deleteKey, listKeys } from "../../core/key/key.ts";
import { startSession } from "../../core/key/session.ts";
import manifest from "../../package.json" with { type: "json" };
import { sessionCookie } from "./caller.ts";
import { Reply } from "./edge.ts";
import type { Handlers } from "./handler.ts";

export const accessHandlers: Handlers<
  | "listCredentials"
  | "putCredential"
  | "deleteCredential"
  | "listKeys"
  | "createKey"
  | "deleteKey"
  | "signIn"
  | "getSession"
  | "deleteSession"
  | "getHealth"
  | "getOpenApi"
> = {
  async listCredentials(ctx, { principal }) {
    return { items: await listCredentials(ctx, principal.workspaceId), nextCursor: null };
  },
  putCredential: (ctx, { principal }, { params, body }) =>
    putCredential(ctx, principal.workspaceId, params.agentType, body),
  async deleteCredential(ctx, { principal }, { params }) {
    await removeCredential(ctx, principal.workspaceId, params.agentType);
    return undefined;
  },

  listKeys: (ctx, { principal }, { query }) => listKeys(ctx, principal.workspaceId, query),
  createKey: (ctx, { principal }, { body }) => createKey(ctx, principal.workspaceId, body),
  async deleteKey(ctx, { principal }, { params }) {
    await deleteKey(ctx, principal.workspaceId, params.keyId);
    return undefined;
  },

  async signIn(ctx, _caller, { query }) {
    const { cookie, seconds } = await startSession(ctx, query.token);
    return new Reply(303, { location: "/", "set-cookie": cookieHeader(ctx.config.apiUrl, cookie, seconds) });
  },
  async getSession(_ctx, { principal, csrfToken }) {
    return { ...principal, csrfToken };
  },
  async deleteSession(ctx) {
    return new Reply(204, { "set-cookie": cookieHeader(ctx.config.apiUrl, "", 0) });
  },

  async getHealth() {
    return { status: "ok" as const, version: manifest.version };
  },
  async getOpenApi() {
    return openApi(manifest.version);
  },
};

function cookieHeader(apiUrl: string, value: string, seconds: number): string {
  const secure = apiUrl.startsWith("https:") ? "; Secure" : "";
  return `${sessionCookie}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
