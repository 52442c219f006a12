import type { TaskRow, TaskStateRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { slotRunId } from "../run/slot.ts";
import { secondsSince } from "../time.ts";
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
  const { data } = await ctx.table.entities.run
    .get(between.map((each) => ({ runId: slotRunId(task.taskId, each) })))
    .go({ consistent: true });
  const there = new Set(data.map((run) => run.slot));
  const absent = between.filter((each) => !there.has(each));
  const latest = givenUpAfter + (task.spreadMinutes ?? 0) * 60;
  const open = absent.find((each) => secondsSince(ctx.now(), each) < latest);
  const missed = absent.filter((each) => open === undefined || each < open);
  return { missed, known: open === undefined ? slot : between.filter((each) => each < open).at(-1) };
}
