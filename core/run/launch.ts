import type { Actor } from "../../contract/run.ts";
import { launchContainer } from "../aws/fargate.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { log } from "../logger.ts";
import { measure } from "../metric.ts";
import { ticketOf } from "../workspace/deployment-key.ts";
import { putOff } from "./requeue.ts";
import { settle } from "./settle.ts";

/**
 * Starts the container of a claimed run. Everything it is told is derived from the run, so whoever launches the same
 * attempt again sends the same call, and the client token makes it one container. False: ECS has no room for containers.
 */
export async function launch(ctx: Context, run: RunRow, actor: Actor): Promise<boolean> {
  const launched = await launchContainer(ctx.config, {
    runId: run.runId,
    attempt: run.attempt,
    tries: run.launchTries ?? 0,
    taskDefinition: ctx.config.taskDefinitions[run.agentType],
    environment: {
      ERRAND_RUNNER_API_URL: ctx.config.runnerApiUrl,
      // An image of the version before knows no other.
      ERRAND_API_URL: ctx.config.apiUrl,
      ERRAND_RUN_ID: run.runId,
      ERRAND_TICKET: await ticketOf(ctx, run.runId, run.attempt),
    },
  });
  if (launched.kind === "started") return true;
  log("launch", { runId: run.runId, attempt: run.attempt, outcome: launched.kind, reason: launched.reason });
  if (launched.kind === "no-room") measure(ctx, "LaunchesWithoutRoom", 1);
  const reason = `ECS said: ${launched.reason}`.slice(0, 500);
  if (launched.kind === "no-room") await putOff(ctx, run, reason, actor);
  if (launched.kind === "refused") {
    // Nothing that a task says can cause this: the deployment is broken, and the next run meets the same.
    measure(ctx, "LaunchesRefused", 1);
    await settle(ctx, run, { status: "FAILED", errorCode: "LAUNCH_FAILED", errorMessage: reason }, actor);
  }
  // "unknown": the container may be on its way. The launch lease decides.
  return launched.kind !== "no-room";
}
