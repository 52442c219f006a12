import type { costOperations } from "../../contract/operations/cost.ts";
import { listCalls } from "../../core/cost/ledger.ts";
import { costsOf } from "../../core/cost/report.ts";
import { readRun } from "../../core/run/history.ts";
import type { Handlers } from "./handler.ts";

export const costHandlers: Handlers<keyof typeof costOperations> = {
  getCosts: (ctx, { principal }, { query }) => costsOf(ctx, principal.workspaceId, query.from, query.to),

  async listRunCalls(ctx, { principal }, { params, query }) {
    const { runId } = await readRun(ctx, principal.workspaceId, params.runId);
    return listCalls(ctx, runId, query);
  },
};
