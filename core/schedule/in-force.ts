import type { Schedule } from "../../contract/schedule.ts";
import type { FormerSchedule, TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { earlier, later } from "../time.ts";
import { nextSlots } from "./next-slots.ts";

/** So many former schedules are kept: enough for whoever tries out schedules while a slot is on its way. */
const kept = 5;

type Scheduled = Pick<TaskRow, "schedule" | "enabled" | "scheduleSince" | "scheduleVersion" | "formerSchedules">;

/** What the row of a task keeps when its schedule, or whether it is enabled, becomes another. */
export function replacedSchedule(
  ctx: Context,
  { schedule, enabled, scheduleSince, scheduleVersion, formerSchedules }: Scheduled,
) {
  const former: FormerSchedule = { schedule, enabled, since: scheduleSince };
  return {
    formerSchedules: [...(formerSchedules ?? []), former].slice(-kept),
    scheduleVersion: scheduleVersion + 1,
    scheduleSince: ctx.now().toISOString(),
    sweep: "schedule" as const,
  };
}

/**
 * The schedule by which a slot is judged: the one that was in force when it came, so that a slot that was due is not lost
 * when the schedule changes before it is delivered. Undefined: none had such a slot. A schedule that was made later than
 * now was made by a clock that ran ahead: it is in force.
 */
export function scheduleAt(
  task: Scheduled,
  slot: string,
  now: string,
): { schedule: Schedule; enabled: boolean } | undefined {
  if (slot >= task.scheduleSince || task.scheduleSince > now) return task;
  const former = (task.formerSchedules ?? []).findLast(({ since }) => since <= slot);
  return former && isSlotOf(former.schedule, slot) ? former : undefined;
}

function isSlotOf(schedule: Schedule, slot: string): boolean {
  const [next] = nextSlots(schedule, { from: new Date(Date.parse(slot) - 1), count: 1 });
  return next?.toISOString() === slot;
}

/**
 * Which schedules were in force between two instants, and when; the oldest first. Those of a task that was disabled are
 * left out: it had no slots.
 */
export function schedulesBetween(task: Scheduled, after: string, until: string, now: string) {
  const { formerSchedules = [], schedule, enabled, scheduleSince } = task;
  const all = [...formerSchedules, { schedule, enabled, since: scheduleSince > now ? after : scheduleSince }];
  return all
    .map((each, index) => ({
      schedule: each.schedule,
      enabled: each.enabled,
      after: later(after, each.since),
      until: earlier(until, all[index + 1]?.since ?? until),
    }))
    .filter((part) => part.enabled && part.after < part.until);
}

/** A spread of hours leaves many on their way; more runs than that are not kept. */
const mostOnTheirWay = 50;

/** Slots of former schedules that came so shortly before they were replaced that they may not have been delivered. */
export function slotsOnTheirWay(task: Scheduled, seconds: number): string[] {
  const formers = task.formerSchedules ?? [];
  return formers.flatMap(({ schedule, enabled, since }, index) => {
    const until = formers[index + 1]?.since ?? task.scheduleSince;
    const from = Math.max(Date.parse(since), Date.parse(task.scheduleSince) - seconds * 1000) - 1;
    const slots = enabled ? nextSlots(schedule, { from: new Date(from), count: mostOnTheirWay }) : [];
    return slots.map((slot) => slot.toISOString()).filter((slot) => slot < until);
  });
}
