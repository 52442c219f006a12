import { type RunRow, shards } from "./aws/table/index.ts";
import type { Context } from "./context.ts";
import { closePeriods } from "./cost/close.ts";
import { each } from "./each.ts";
import { log, logFault } from "./logger.ts";
import { measure } from "./metric.ts";
import { migrate } from "./migration/migrate.ts";
import { deliver } from "./notify/mail.ts";
import { spared } from "./run/outage.ts";
import { startWaiting } from "./run/queue.ts";
import { reconcile } from "./run/reconcile.ts";
import { recover, stopOrphans } from "./run/recover.ts";
import { letInDue } from "./run/scheduled.ts";
import { waitingWorkspaces } from "./run/waiting.ts";
import { syncSchedule } from "./schedule/sync.ts";
import { stopDeleted } from "./task/delete.ts";
import { lookAtTask, watchedTasks } from "./task/watch.ts";
import { secondsSince } from "./time.ts";

/** A run whose lease ended this long ago should have been settled by an earlier sweep: something is broken. */
const stuckAfter = 300;
/** By this long after a run's end, in seconds, the table's stream has told of it, or does not. */
const streamTakes = 60;

/**
 * Once a minute: puts right what a crash or a fault left behind. Each item by itself, each step idempotent, and read
 * once, from a sparse index, so that a deployment where nothing is going on pays for a few empty queries. How many runs
 * are stuck is told first: whatever goes wrong behind that, the alarm has its number. A `patient` one leaves every run to
 * its runner: see noteSweep.
 */
export async function sweep(ctx: Context, { patient = false }: { patient?: boolean } = {}): Promise<void> {
  await safely("migrate", "", () => migrate(ctx));
  const active = await runsIn(ctx, "active");
  const stuck = active.filter((run) => secondsSince(ctx.now(), run.leaseUntil) > stuckAfter).map((run) => run.runId);
  measure(ctx, "RunsStuck", stuck.length);
  const left = patient ? new Set(active) : await spared(ctx, active);
  await each(active, async (run) => {
    if (!left.has(run)) await safely("recover", run.runId, () => recover(ctx, run));
  });
  // Before what waits is started: a counter that is too high keeps it from that.
  const workspaces: string[] = [];
  await safely("reconcile", "", async () => void workspaces.push(...(await reconcile(ctx))));
  const due: string[] = [];
  await safely("scheduled runs", "", async () => void due.push(...(await letInDue(ctx))));
  const waiting = [...new Set([...due, ...(await waitingWorkspaces(ctx))])];
  await each(waiting, (workspaceId) =>
    safely("start waiting", workspaceId, () => startWaiting(ctx, workspaceId, "sweeper")),
  );
  const unsent = (await runsIn(ctx, "outbox")).filter((run) => !isFresh(ctx, run));
  await each(unsent, (run) => safely("deliver", run.runId, () => deliver(ctx, run)));
  const { data: tasks } = await ctx.table.entities.task.query
    .bySweep({ sweep: "schedule" })
    .go({ hydrate: true, pages: "all" });
  await each(tasks, (task) => {
    const repair = task.deletedAt === undefined ? syncSchedule : stopDeleted;
    return safely("schedule", task.taskId, () => repair(ctx, task));
  });
  await safely("watched tasks", "", async () =>
    each(await watchedTasks(ctx), (key) => safely("watched task", key.taskId, () => lookAtTask(ctx, key))),
  );
  await safely("orphans", "", () => stopOrphans(ctx));
  await each(workspaces, (id) => safely("close periods", id, () => closePeriods(ctx, id)));
  log("sweep", { active: active.length, waiting: waiting.length, tasks: tasks.length, stuck });
}

/** What has only just ended is the stream's: here it would only meet whoever is at it. Unless it ended by a clock that ran ahead. */
function isFresh(ctx: Context, { endedAt }: RunRow): boolean {
  return Math.abs(secondsSince(ctx.now(), endedAt)) < streamTakes;
}

/** Runs that are claimed, or of which what follows their end is not done; the oldest first. */
async function runsIn(ctx: Context, sweep: "active" | "outbox"): Promise<RunRow[]> {
  const { bySweep } = ctx.table.entities.run.query;
  const parts = shards.map((shard) => bySweep({ sweep, shard }).go({ hydrate: true, pages: "all" }));
  const found = (await Promise.all(parts)).flatMap(({ data }) => data);
  return found.filter((run) => run.sweep === sweep).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

async function safely(what: string, id: string, step: () => Promise<void>): Promise<void> {
  await step().catch((error: unknown) => logFault(`sweep ${what}`, error, { id }));
}
