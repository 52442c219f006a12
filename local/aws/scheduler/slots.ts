import { parseScheduleExpression, slotsAfter } from "./expression.ts";
import type { ScheduleInput } from "./validation.ts";

/** A schedule as it is stored, its dates read back. */
export function reviveSchedule(definition: string): ScheduleInput {
  const schedule = JSON.parse(definition) as ScheduleInput;
  if (schedule.StartDate) schedule.StartDate = new Date(schedule.StartDate);
  if (schedule.EndDate) schedule.EndDate = new Date(schedule.EndDate);
  return schedule;
}

/**
 * The schedule's first slot strictly after `after`, inside StartDate and EndDate; undefined when there is none or the
 * schedule is disabled. A rate counts from StartDate or else from `modified`, when the schedule was last written.
 */
export function nextSlot(schedule: ScheduleInput, modified: number, after: number): number | undefined {
  const expression = parseScheduleExpression(schedule.ScheduleExpression);
  if (schedule.State === "DISABLED" || !expression) return undefined;
  const zone = schedule.ScheduleExpressionTimezone ?? "UTC";
  // AWS ignores both dates for a one-time schedule.
  const start = expression.kind === "at" ? undefined : schedule.StartDate?.getTime();
  const end = expression.kind === "at" ? undefined : schedule.EndDate?.getTime();
  const from = Math.max(after, start === undefined ? after : start - 1);
  const slot = slotsAfter(expression, zone, from, start ?? modified).next().value;
  return slot === undefined || (end !== undefined && slot > end) ? undefined : slot;
}

/**
 * What is due of a schedule whose next slot has come: the latest slot that is not after `now`, and the slot to wait for
 * next. Slots older than `oldest` are not looked through one by one.
 */
export function dueSlot(
  schedule: ScheduleInput,
  modified: number,
  firstDue: number,
  now: number,
  oldest: number,
): { slot: number; next: number | undefined } {
  let slot = firstDue;
  let next = nextSlot(schedule, modified, Math.max(firstDue, oldest - 1));
  while (next !== undefined && next <= now) {
    slot = next;
    next = nextSlot(schedule, modified, slot);
  }
  return { slot, next };
}
