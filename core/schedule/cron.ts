import { fieldSpecs, isOpen, parseField } from "./cron-field.ts";
import { ScheduleError } from "./error.ts";

/**
 * A five-field cron expression as the values it names, each list ascending. `null` leaves the days open. With both
 * `daysOfMonth` and `weekdays` given a day fits when either does: in cron the two mean *or*.
 */
export type Cron = {
  minutes: number[];
  hours: number[];
  daysOfMonth: number[] | null;
  months: number[];
  /** 0 is Sunday. */
  weekdays: number[] | null;
  /** The five fields as written, macros written out. */
  fields: readonly [string, string, string, string, string];
};

const MACROS: Record<string, string> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** Counted with 29 February, which comes round. */
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a five-field cron expression or an @macro. Names (JAN, MON) go in any case.
 * @throws ScheduleError for what is no such expression and for one that can never fire, such as 30 February
 */
export function parseCron(expression: string): Cron {
  const fields = splitFields(expression);
  const [minute, hour, dayOfMonth, month, weekday] = fields;
  const minutes = parseField(minute, fieldSpecs.minute);
  const hours = parseField(hour, fieldSpecs.hour);
  const days = parseField(dayOfMonth, fieldSpecs.dayOfMonth);
  const months = parseField(month, fieldSpecs.month);
  const weekdays = parseField(weekday, fieldSpecs.weekday);
  return { minutes, hours, months, fields, ...givenDays(fields, days, months, weekdays) };
}

function splitFields(expression: string): Cron["fields"] {
  const text = expression.trim();
  const fields = (text.startsWith("@") ? writtenOut(text) : text).split(/\s+/);
  if (fields.length === 5) return fields as unknown as Cron["fields"];
  const count = text === "" ? 0 : fields.length;
  const hint = count === 6 || count === 7 ? "; seconds and years are not supported" : "";
  const wanted = "A cron expression has five fields (minute, hour, day of month, month, weekday)";
  throw new ScheduleError("expression", `${wanted}, not ${count}${hint}.`);
}

function writtenOut(macro: string): string {
  const expression = Object.hasOwn(MACROS, macro.toLowerCase()) ? MACROS[macro.toLowerCase()] : undefined;
  if (expression !== undefined) return expression;
  throw new ScheduleError("expression", `"${macro}" is not supported: use one of ${Object.keys(MACROS).join(", ")}.`);
}

/** The two day fields without what makes no difference: a side that is every day anyway, or one that is never. */
function givenDays(fields: Cron["fields"], days: number[], months: number[], weekdays: number[]) {
  const monthDays = isOpen(fields[2]) ? null : days;
  const weekDays = isOpen(fields[4]) ? null : weekdays;
  if (monthDays?.length === 31 || weekDays?.length === 7) return { daysOfMonth: null, weekdays: null };
  const happens = monthDays?.some((day) => months.some((month) => day <= (LONGEST_MONTHS[month - 1] ?? 0))) ?? true;
  if (happens) return { daysOfMonth: monthDays, weekdays: weekDays };
  if (weekDays !== null) return { daysOfMonth: null, weekdays: weekDays };
  throw new ScheduleError("expression", "Day of month and month name a date that no year has, so this never fires.");
}
