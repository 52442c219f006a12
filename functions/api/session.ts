import type { sessionOperations } from "../../contract/operations/session.ts";
import { startSession } from "../../core/key/session.ts";
import { sessionCookie } from "./caller.ts";
import { Reply } from "./edge.ts";
import type { Handlers } from "./handler.ts";

export const sessionHandlers: Handlers<keyof typeof sessionOperations> = {
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
};

function cookieHeader(apiUrl: string, value: string, seconds: number): string {
  const secure = apiUrl.startsWith("https:") ? "; Secure" : "";
  return `${sessionCookie}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
