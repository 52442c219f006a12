import type { workOperations } from "../../contract/operations/work.ts";
import { afterEnd } from "../../core/run/after.ts";
import { redeem } from "../../core/run/redeem.ts";
import { complete, progress } from "../../core/run/report.ts";
import type { Handlers } from "./handler.ts";

export const workHandlers: Handlers<keyof typeof workOperations> = {
  redeemRun: (ctx, { token }, { params, body }) => redeem(ctx, params.runId, token, body.taskArn),

  progressRun: (ctx, { token }, { params, body }) => progress(ctx, params.runId, token, body),

  async completeRun(ctx, { token }, { params, body }) {
    const { status, ended } = await complete(ctx, params.runId, token, body);
    if (ended) await afterEnd(ctx, ended);
    return { status };
  },
};
