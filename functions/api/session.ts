import type { sessionOperations } from "../../contract/operations/session.ts";
import { startSession } from "../../core/key/session.ts";
import { setSession } from "./cookie.ts";
import { Reply } from "./edge.ts";
import type { Handlers } from "./handler.ts";

export const sessionHandlers: Handlers<keyof typeof sessionOperations> = {
  async signIn(ctx, _caller, { query }) {
    const { cookie, seconds } = await startSession(ctx, query.token);
    return new Reply(303, { location: "/", ...setSession(ctx.config, cookie, seconds) });
  },

  async getSession(_ctx, { principal, csrfToken }) {
    return { ...principal, csrfToken };
  },

  async deleteSession(ctx) {
    return new Reply(204, setSession(ctx.config, "", 0));
  },
};
