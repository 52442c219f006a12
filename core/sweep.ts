import type { RunRow } from "./aws/table.ts";
import type { Context } from "./context.ts";
import { log, logFault } from "./logger.ts";
import { deliver } from "./notify/mail.ts";
import { stopStrays, treat } from "./run/recover.ts";
import { secondsSince } from "./run/timing.ts";
import { syncSchedule } from "./schedule/sync.ts";
import { finishDeletion } from "./task/delete.ts";

/** A run whose lease ended this long ago should have been settled by an earlier sweep: something is broken. */
const stuckAfter = 300;

/**
 * Once a minute: puts right what a crash or a fault left behind. Each item by itself, each step idempotent, and read
 * from a sparse index, so that a deployment where nothing is going on pays for three empty queries.
 */
export async function sweep(ctx: Context): Promise<{ runsStuck: number }> {
  const active = await runsIn(ctx, "active");
  active.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  for (const run of active) await safely("treat", run.runId, () => treat(ctx, run));
  for (const run of await runsIn(ctx, "outbox")) await safely("deliver", run.runId, () => deliver(ctx, run));
  const { data: tasks } = await ctx.table.entities.task.query
    .bySweep({ sweep: "schedule" })
    .go({ hydrate: true, pages: "all" });
  for (const task of tasks) {
    const repair = task.deletedAt === undefined ? syncSchedule : finishDeletion;
    await safely("schedule", task.taskId, () => repair(ctx, task));
  }
  await safely("strays", "", () => stopStrays(ctx));
  const runsStuck = active.filter((run) => secondsSince(ctx.now(), run.leaseUntil) > stuckAfter).length;
  log("sweep", { active: active.length, tasks: tasks.length, runsStuck });
  return { runsStuck };
}

async function runsIn(ctx: Context, sweep: "active" | "outbox"): Promise<RunRow[]> {
  const { data } = await ctx.table.entities.run.query.bySweep({ sweep }).go({ hydrate: true, pages: "all" });
  return data;
}

async function safely(what: string, id: string, step: () => Promise<void>): Promise<void> {
  await step().catch((error: unknown) => logFault(`sweep ${what}`, error, { id }));
}
