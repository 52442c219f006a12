import type { overviewOperations } from "../../contract/operations/overview.ts";
import { liveOf } from "../../core/overview/live.ts";
import { overviewOf } from "../../core/overview/overview.ts";
import type { Handlers } from "./handler.ts";

export const overviewHandlers: Handlers<keyof typeof overviewOperations> = {
  getOverview: (ctx, { principal }) => overviewOf(ctx, principal.workspaceId),

  getLive: (ctx, { principal }) => liveOf(ctx, principal.workspaceId),
};
