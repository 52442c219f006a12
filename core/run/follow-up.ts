import { isTerminal } from "../../contract/run.ts";
import type { RunRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { logFault } from "../logger.ts";
import { deliver } from "../notify/mail.ts";
import { isAhead } from "../time.ts";
import { findRun, prune } from "./history.ts";
import { longestWait, startWaiting } from "./queue.ts";

/**
 * Does what follows when runs have come to wait or to their end, whoever took them there. It looks at each run as it is
 * now, so that being told twice, late, or out of order changes nothing. A workspace's waiting runs are looked through
 * once, however many of its runs are told of. Answers the runs for which it has to be told again.
 */
export async function followUp(ctx: Context, runIds: string[]): Promise<Set<string>> {
  const failed = new Set<string>();
  const workspaces = new Map<string, string>();
  const attempt = async (runId: string, step: () => Promise<void>) => {
    await step().catch((error: unknown) => {
      failed.add(runId);
      logFault("follow-up", error, { runId });
    });
  };
  for (const runId of new Set(runIds)) {
    await attempt(runId, async () => {
      const run = await findRun(ctx, runId);
      if (!run || isPutOff(ctx, run)) return;
      if (!workspaces.has(run.workspaceId)) workspaces.set(run.workspaceId, runId);
      if (isTerminal(run.status)) await afterEnd(ctx, run);
    });
  }
  for (const [workspaceId, runId] of workspaces) {
    await attempt(runId, () => startWaiting(ctx, workspaceId, "follow-up"));
  }
  return failed;
}

/**
 * There was no room for its container, so there is none for others: each that was tried now would be put off and told of
 * in turn, as fast as ECS refuses them. The sweep tries again each minute.
 */
function isPutOff(ctx: Context, run: RunRow): boolean {
  return run.status === "PENDING" && isAhead(ctx.now(), run.retryAt, longestWait);
}

async function afterEnd(ctx: Context, run: RunRow): Promise<void> {
  await deliver(ctx, run);
  await prune(ctx, run.workspaceId, run.taskId);
}
