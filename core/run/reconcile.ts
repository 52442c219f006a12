import { isOrIsNot, type TaskCountRow, type TaskStateRow, tookEffect, type WorkspaceRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { each } from "../each.ts";
import { log, logFault } from "../logger.ts";
import { countsOf, refreshOutlook } from "../task/count.ts";
import { secondsSince } from "../time.ts";
import { type Counted, countRuns } from "./count.ts";

/** Seconds from one count of everything to the next: with the second look, a drift is healed well within an hour. */
const every = 2700;
/** A counter that moved within so many seconds is left alone: the index may not show its runs yet. */
const stillness = 5;
/** The two looks that have to agree are at least so many seconds apart. */
const apart = 30;
/** At most so many workspaces are looked at again by the next sweep; the others have to wait for the next count. */
const mostAgain = 100;
const deploymentId = "main";

type Counts = Record<string, number>;

/** What a row counts, as it was read before what it counts. */
interface Counter {
  of: "workspace" | "task" | "tasks";
  workspaceId: string;
  taskId?: string;
  stored: Counts;
  movedAt: string | undefined;
  drift: string | undefined;
  driftAt: string | undefined;
}

/**
 * Holds the counters against the runs there are. Transactions keep them, so a drift is a fault of ours or somebody's edit;
 * one that is too high would keep runs from their start for ever. It is put right when two sweeps have seen the same
 * drift, and only while no run moves the counter: every write asks that the row is as it was before the runs were
 * counted. Answers the workspaces, when it was all of them.
 */
export async function reconcile(ctx: Context): Promise<string[]> {
  const { deployment } = ctx.table.entities;
  const { data } = await deployment.get({ deploymentId }).go();
  const since = secondsSince(ctx.now(), data?.countedAt);
  const isDue = data?.countedAt === undefined || since < 0 || since >= every;
  const again = data?.recount ?? [];
  if (!isDue && again.length === 0) return [];
  const { counters, tasks } = await readCounters(ctx, isDue ? undefined : again);
  const runsOf = await countRuns(ctx, isDue ? undefined : again);
  const unsettled = new Set<string>();
  await each(counters, async (counter) => {
    const { workspaceId, taskId } = counter;
    const counted = counter.of === "tasks" ? tasks.get(workspaceId) : runsOf(counter);
    const settled = counted && settle(ctx, counter, counted);
    if ((await settled?.catch((error) => logFault("reconcile", error, { workspaceId, taskId }))) !== true)
      unsettled.add(workspaceId);
  });
  await deployment
    .upsert({ deploymentId })
    .set({ recount: [...unsettled].slice(0, mostAgain), ...(isDue && { countedAt: ctx.now().toISOString() }) })
    .go();
  return isDue ? counters.filter(({ of }) => of === "workspace").map(({ workspaceId }) => workspaceId) : [];
}

/** The counters of some workspaces, or of all, and of their tasks; and how many tasks there are. */
async function readCounters(ctx: Context, workspaceIds: string[] | undefined) {
  const { workspace, taskState, taskCount } = ctx.table.entities;
  const { data: workspaces } =
    workspaceIds === undefined
      ? await workspace.query.bySweep({ sweep: "count" }).go({ hydrate: true, pages: "all" })
      : await workspace.get(workspaceIds.map((workspaceId) => ({ workspaceId }))).go();
  const counters: Counter[] = workspaces.map(ofWorkspace);
  const tasks = new Map<string, Counts>();
  await each(workspaces, async ({ workspaceId }) => {
    const { data: count } = await taskCount.get({ workspaceId }).go({ consistent: true });
    const { data: states } = await taskState.query.primary({ workspaceId }).go({ pages: "all" });
    if (count) {
      counters.push(ofTasks(count));
      tasks.set(workspaceId, { ...countsOf(states) });
    }
    counters.push(...states.map(ofTask));
    await each(states, (state) => refreshOutlook(ctx, state));
  });
  return { counters, tasks };
}

function ofWorkspace({ workspaceId, running, movedAt, drift, driftAt }: WorkspaceRow): Counter {
  return { of: "workspace", workspaceId, stored: { running }, movedAt, drift, driftAt };
}

function ofTask({ workspaceId, taskId, active, running, scheduled, ...notes }: TaskStateRow): Counter {
  const { movedAt, drift, driftAt } = notes;
  const stored = { active, running, ...(scheduled !== undefined && { scheduled }) };
  return { of: "task", workspaceId, taskId, stored, movedAt, drift, driftAt };
}

function ofTasks({ workspaceId, total = 0, enabled = 0, failing = 0, ...notes }: TaskCountRow): Counter {
  const { movedAt, drift, driftAt } = notes;
  return { of: "tasks", workspaceId, stored: { total, enabled, failing }, movedAt, drift, driftAt };
}

/** True: the counter is right now. False: it has to be looked at again. */
async function settle(ctx: Context, counter: Counter, found: Counts | Counted): Promise<boolean> {
  const { workspaceId, taskId, stored } = counter;
  const counted = Object.fromEntries(Object.keys(stored).map((name) => [name, (found as Counts)[name] ?? 0]));
  const differences = Object.entries(stored).map(([name, value]) => [name, value - (counted[name] ?? 0)] as const);
  const wrong = differences.filter(([, difference]) => difference !== 0);
  const drift = wrong.map(([name, difference]) => `${name} ${difference}`).join(", ");
  if (drift === "") {
    // What was seen before was in motion, or is put right.
    if (counter.drift) await write(ctx, counter, { drift: "" });
    return true;
  }
  if (Math.abs(secondsSince(ctx.now(), counter.movedAt ?? new Date(0).toISOString())) < stillness) return false;
  if (counter.drift !== drift) {
    await write(ctx, counter, { drift, driftAt: ctx.now().toISOString() });
    return false;
  }
  if (Math.abs(secondsSince(ctx.now(), counter.driftAt)) < apart) return false;
  const healed = await write(ctx, counter, { ...counted, drift: "" });
  if (healed) log("counter healed", { workspaceId, taskId, was: stored, is: counted });
  return healed;
}

/** Changes a counter that is as it was read. False: it is not any more. */
async function write(ctx: Context, counter: Counter, changes: { drift: string; driftAt?: string }): Promise<boolean> {
  const { of, workspaceId, taskId = "", stored, movedAt, drift } = counter;
  const { workspace, taskState, taskCount } = ctx.table.entities;
  const asRead = Object.entries({ ...stored, movedAt, drift });
  const where = (row: object, is: Parameters<typeof isOrIsNot>[2]) =>
    asRead.map(([name, value]) => isOrIsNot(row[name as never], value, is)).join(" AND ");
  const patch = {
    workspace: () => workspace.patch({ workspaceId }).set(changes).where(where).go(),
    task: () => taskState.patch({ workspaceId, taskId }).set(changes).where(where).go(),
    tasks: () => taskCount.patch({ workspaceId }).set(changes).where(where).go(),
  }[of];
  return tookEffect(patch());
}
