import type { Schedule } from "../../contract/schedule.ts";
import type { TaskRow, TaskStateRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { slotRunId } from "../run/slot.ts";
import { plus, secondsSince } from "../time.ts";
import { nextSlots } from "./next-slots.ts";

/** After this long nobody delivers a slot any more: Scheduler gives up six hours after the moment of its window. */
const givenUpAfter = 6 * 3600 + 900;
/** So many slots before this one are looked at: more runs than that are not kept. */
const lookBack = 50;

export interface SlotsBefore {
  /** Slots that have no run and will not get one. */
  missed: string[];
  /** Up to this slot each has its run, those that were missed among them. */
  known: string | undefined;
}

/**
 * What became of the slots between the last one that is known and this one. As a rule there is none, and nothing is read.
 * One that has no run yet may still be delivered: it is waited for as long as Scheduler tries.
 */
export async function slotsBefore(
  ctx: Context,
  task: TaskRow,
  state: TaskStateRow,
  slot: string,
): Promise<SlotsBefore> {
  const now = ctx.now().toISOString();
  // What is later than now was taken from a clock that ran ahead.
  const instants = [state.lastSlot ?? "", task.scheduleSince, state.prunedUntil ?? ""].filter((each) => each <= now);
  const since = instants.sort().at(-1) ?? "";
  if (since === "") return { missed: [], known: slot };
  if (slot <= since) return { missed: [], known: undefined };
  const between = nextSlots(task.schedule, { from: new Date(since), count: lookBack + 1 })
    .map((each) => each.toISOString())
    .filter((each) => each < slot && each < now)
    .slice(0, lookBack);
  if (between.length === 0) return { missed: [], known: slot };
  const absent = await withoutRun(ctx, task, between);
  const open = absent.find((each) => secondsSince(ctx.now(), each) < deliveredWithin(task));
  const missed = absent.filter((each) => open === undefined || each < open);
  return { missed, known: open === undefined ? slot : between.filter((each) => each < open).at(-1) };
}

/** Seconds after a slot in which it may still be delivered. */
export function deliveredWithin({ spreadMinutes = 0 }: Pick<TaskRow, "spreadMinutes">): number {
  return givenUpAfter + spreadMinutes * 60;
}

/** Seconds before a change of schedule in which the former one's slots are looked for: what is older, a later one told. */
const lookBackSeconds = 86_400;

/** Slots that nobody will deliver any more and that have no run: of the schedule in force, and of those before it. */
export async function slotsMissed(ctx: Context, task: TaskRow, state: TaskStateRow): Promise<[Schedule, string][]> {
  const now = ctx.now().toISOString();
  const formers = (task.formerSchedules ?? []).map((former, index, all) => {
    const until = all[index + 1]?.since ?? task.scheduleSince;
    const from = [former.since, plus(new Date(until), -lookBackSeconds)];
    return { ...former, from, until };
  });
  const inForce = { ...task, from: [task.scheduleSince, state.lastSlot ?? ""], until: now };
  const found: [Schedule, string][] = [];
  for (const { schedule, enabled, from, until } of [...formers, inForce]) {
    const since =
      [...from, state.prunedUntil ?? ""]
        .filter((each) => each <= now)
        .sort()
        .at(-1) ?? "";
    if (!enabled || since === "") continue;
    const slots = nextSlots(schedule, { from: new Date(since), count: lookBack })
      .map((each) => each.toISOString())
      .filter((each) => each < until && secondsSince(ctx.now(), each) >= deliveredWithin(task));
    for (const slot of await withoutRun(ctx, task, slots)) found.push([schedule, slot]);
  }
  return found;
}

async function withoutRun(ctx: Context, { taskId }: TaskRow, slots: string[]): Promise<string[]> {
  if (slots.length === 0) return [];
  const keys = slots.map((each) => ({ runId: slotRunId(taskId, each) }));
  const { data } = await ctx.table.entities.run.get(keys).go({ consistent: true });
  const there = new Set(data.map((run) => run.slot));
  return slots.filter((each) => !there.has(each));
}
