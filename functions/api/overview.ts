import { listCalls } from "../../core/cost/ledger.ts";
import { costsOf } from "../../core/cost/report.ts";
import { liveOf } from "../../core/overview/live.ts";
import { overviewOf } from "../../core/overview/overview.ts";
import { readRun } from "../../core/run/history.ts";
import type { Handlers } from "./handler.ts";

export const overviewHandlers: Handlers<"getOverview" | "getLive" | "getCosts" | "listRunCalls"> = {
  getOverview: (ctx, { principal }) => overviewOf(ctx, principal.workspaceId),
  getLive: (ctx, { principal }) => liveOf(ctx, principal.workspaceId),
  getCosts: (ctx, { principal }, { query }) => costsOf(ctx, principal.workspaceId, query.from, query.to),

  async listRunCalls(ctx, { principal }, { params, query }) {
    const { runId } = await readRun(ctx, principal.workspaceId, params.runId);
    return listCalls(ctx, runId, query);
  },
};
