import type { Schedule } from "../../contract/schedule.ts";
import type { TaskRow, TaskStateRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { slotRunId } from "../run/slot.ts";
import { earlier, later, plus } from "../time.ts";
import { schedulesBetween } from "./in-force.ts";
import { lastSlots, nextSlots } from "./next-slots.ts";

/** After this long nobody delivers a slot any more: Scheduler gives up six hours after the moment of its window. */
const givenUpAfter = 6 * 3600 + 900;
/** So many slots are looked at: more runs than that are not kept. */
const lookBack = 50;

/** A slot, and the schedule that had it. */
interface SlotOf {
  slot: string;
  schedule: Schedule;
}

export interface SlotsBefore {
  /** Slots that have no run and will not get one: the newest of them. */
  missed: SlotOf[];
  /** Up to this slot each has its run, those that were missed among them. */
  known: string | undefined;
}

/**
 * What became of the slots between the last one that is known and this one, or now: of the schedule in force, and of those
 * before it. As a rule there is none, and nothing is read. One that has no run yet may still be delivered: it is waited
 * for as long as Scheduler tries.
 */
export async function slotsBefore(
  ctx: Context,
  task: TaskRow,
  state: TaskStateRow,
  slot?: string,
): Promise<SlotsBefore> {
  const now = ctx.now().toISOString();
  const since = knownSince(task, state, now);
  if (since === "") return { missed: [], known: slot };
  if (slot !== undefined && slot <= since) return { missed: [], known: undefined };
  const until = earlier(slot ?? now, now);
  const wait = plus(ctx.now(), -deliveredWithin(task));
  // Of those that are given up the newest count; of the others the oldest, for the first that is open.
  const givenUp = newest(task, { after: since, until: earlier(until, plus(new Date(wait), 0.001)), now });
  const expected = oldest(task, { after: later(since, wait), until, now });
  const there = await withRun(ctx, task, [...givenUp, ...expected]);
  const open = expected.findIndex((each) => !there.has(each.slot));
  const settled = [...givenUp, ...(open < 0 ? expected : expected.slice(0, open))];
  const isAll = open < 0 && expected.length < lookBack;
  return {
    missed: givenUp.filter((each) => !there.has(each.slot)),
    known: isAll && slot !== undefined ? slot : settled.at(-1)?.slot,
  };
}

/** Seconds after a slot in which it may still be delivered. */
export function deliveredWithin({ spreadMinutes = 0 }: Pick<TaskRow, "spreadMinutes">): number {
  return givenUpAfter + spreadMinutes * 60;
}

/** Up to this instant nothing is to be found out. What is later than now was taken from a clock that ran ahead. */
function knownSince(task: TaskRow, { lastSlot = "", prunedUntil = "" }: TaskStateRow, now: string): string {
  const first = task.formerSchedules?.[0]?.since ?? task.scheduleSince;
  const instants = [lastSlot, prunedUntil, first].filter((each) => each <= now);
  return instants.sort().at(-1) ?? "";
}

interface Span {
  /** Neither of the two is in it. */
  after: string;
  until: string;
  now: string;
}

/** The newest slots of a span, by the schedule that was in force at each; ascending. */
function newest(task: TaskRow, { after, until, now }: Span): SlotOf[] {
  let slots: SlotOf[] = [];
  for (const { schedule, ...part } of schedulesBetween(task, after, until, now).reverse()) {
    const range = { after: new Date(part.after), before: new Date(part.until), count: lookBack - slots.length };
    slots = [...lastSlots(schedule, range).map((slot) => ({ slot: slot.toISOString(), schedule })), ...slots];
  }
  return slots;
}

/** The oldest slots of a span, likewise. */
function oldest(task: TaskRow, { after, until, now }: Span): SlotOf[] {
  const slots: SlotOf[] = [];
  for (const { schedule, ...part } of schedulesBetween(task, after, until, now)) {
    const next = nextSlots(schedule, { from: new Date(part.after), count: lookBack - slots.length });
    const all = next.map((slot) => ({ slot: slot.toISOString(), schedule }));
    slots.push(...all.filter(({ slot }) => slot < part.until));
  }
  return slots;
}

/** Which of these slots have a run. */
async function withRun(ctx: Context, { taskId }: TaskRow, slots: SlotOf[]): Promise<Set<string | undefined>> {
  if (slots.length === 0) return new Set();
  const keys = slots.map(({ slot }) => ({ runId: slotRunId(taskId, slot) }));
  const { data } = await ctx.table.entities.run.get(keys).go({ consistent: true });
  return new Set(data.map((run) => run.slot));
}
