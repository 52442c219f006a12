import type { Schedule } from "../../contract/schedule.ts";
import { type Cron, parseCron } from "./cron.ts";

/** What EventBridge Scheduler is given: ScheduleExpression and ScheduleExpressionTimezone. */
export type SchedulerExpression = { expression: string; timezone: string };

/**
 * The schedules EventBridge Scheduler needs for one of ours: none for manual, one or two for a cron, one for a once.
 * A once is given in UTC, because a local time that the clocks repeat would name its first occurrence only.
 * @throws ScheduleError when the schedule is not one that `resolveSchedule` gave
 */
export function schedulerExpressionsOf(schedule: Schedule): SchedulerExpression[] {
  if (schedule.type === "manual") return [];
  if (schedule.type === "once") {
    return [{ expression: `at(${new Date(schedule.at).toISOString().slice(0, 19)})`, timezone: "UTC" }];
  }
  const { timezone } = schedule;
  return toSchedulerExpressions(schedule.expression).map((expression) => ({ expression, timezone }));
}

/**
 * A five-field cron expression in EventBridge Scheduler's grammar, `cron(minutes hours day-of-month month day-of-week
 * year)`: weekdays are 1 (Sunday) to 7, one of the two day fields is `?`, and steps are written out as the values they
 * reach. Two expressions where day of month and weekday are both given: together they fire when either does, and a
 * slot of both comes twice.
 * @throws ScheduleError
 */
export function toSchedulerExpressions(expression: string): string[] {
  const cron = parseCron(expression);
  const minutes = listOf(cron.minutes, 60);
  const hours = listOf(cron.hours, 24);
  const months = listOf(cron.months, 12);
  return dayForms(cron).map(({ day, weekday }) => `cron(${minutes} ${hours} ${day} ${months} ${weekday} *)`);
}

function dayForms({ daysOfMonth, weekdays }: Cron): { day: string; weekday: string }[] {
  const forms = [];
  if (daysOfMonth) forms.push({ day: listOf(daysOfMonth, 31), weekday: "?" });
  if (weekdays)
    forms.push({
      day: "?",
      weekday: listOf(
        weekdays.map((day) => day + 1),
        7,
      ),
    });
  return forms.length > 0 ? forms : [{ day: "*", weekday: "?" }];
}

/** Ascending values as `*` when they are all there are, else as a list with three or more neighbours as a range. */
function listOf(values: number[], all: number): string {
  if (values.length === all) return "*";
  return runsOf(values)
    .map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(",")))
    .join(",");
}

/** Ascending values, cut wherever one is left out. */
export function runsOf(values: number[]): number[][] {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs;
}
