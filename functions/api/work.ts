import type { workOperations } from "../../contract/operations/work.ts";
import { redeem } from "../../core/run/redeem.ts";
import { complete, progress } from "../../core/run/report.ts";
import type { Handlers } from "./handler.ts";

export const workHandlers: Handlers<keyof typeof workOperations> = {
  redeemRun: (ctx, { token }, { params }) => redeem(ctx, params.runId, token),

  progressRun: (ctx, { token }, { params, body }) => progress(ctx, params.runId, token, body),

  completeRun: (ctx, { token }, { params, body }) => complete(ctx, params.runId, token, body),
};
