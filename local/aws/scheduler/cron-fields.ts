/** A cron(…) expression of EventBridge Scheduler, read into the values each field allows. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** The days of a month, ascending, by whichever of day-of-month and day-of-week is not `?`. */
  readonly daysIn: (year: number, month: number) => number[];
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  readonly steps: boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const MINUTE: Range = { min: 0, max: 59, steps: true };
const HOUR: Range = { min: 0, max: 23, steps: true };
const DAY_OF_MONTH: Range = { min: 1, max: 31, steps: true };
const MONTH: Range = { min: 1, max: 12, names: MONTHS, steps: true };
const DAY_OF_WEEK: Range = { min: 1, max: 7, names: WEEKDAYS, steps: false };
const YEAR: Range = { min: 1970, max: 2199, steps: true };

/** Reads the six fields between the brackets; undefined when they break the grammar. */
export function parseCron(text: string): CronFields | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 6) return undefined;
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = parts;
  // Exactly one of the two day fields says nothing: AWS takes neither both nor none of them.
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  const minutes = values(minute, MINUTE);
  const hours = values(hour, HOUR);
  const months = values(month, MONTH);
  const years = values(year, YEAR);
  const daysIn = dayOfWeek === "?" ? monthDays(dayOfMonth) : weekDays(dayOfWeek);
  if (!minutes || !hours || !months || !years || !daysIn) return undefined;
  return { minutes, hours, months: new Set(months), years: new Set(years), daysIn };
}

/** The ascending values of a comma list of numbers, names, ranges and steps; undefined when it is not one. */
function values(field: string, range: Range): number[] | undefined {
  const found = new Set<number>();
  for (const item of field.split(",")) {
    const members = itemValues(item, range);
    if (!members) return undefined;
    for (const member of members) found.add(member);
  }
  return [...found].sort((a, b) => a - b);
}

function itemValues(item: string, range: Range): number[] | undefined {
  const [base = "", stepText, ...rest] = item.split("/");
  if (rest.length > 0 || (stepText !== undefined && !range.steps)) return undefined;
  const step = stepText === undefined ? 1 : wholeNumber(stepText);
  if (!step || step < 1) return undefined;
  const bounds = itemBounds(base, range, stepText !== undefined);
  if (!bounds) return undefined;
  const result: number[] = [];
  for (let value = bounds[0]; value <= bounds[1]; value += step) result.push(value);
  return result;
}

function itemBounds(base: string, range: Range, stepped: boolean): [number, number] | undefined {
  if (base === "*") return [range.min, range.max];
  const [fromText = "", toText, ...rest] = base.split("-");
  const from = value(fromText, range);
  if (rest.length > 0 || from === undefined) return undefined;
  if (toText === undefined) return [from, stepped ? range.max : from];
  const to = value(toText, range);
  return to === undefined || to < from ? undefined : [from, to];
}

function value(text: string, range: Range): number | undefined {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const number = named >= 0 ? named + range.min : wholeNumber(text);
  return number !== undefined && number >= range.min && number <= range.max ? number : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

type DaysIn = (year: number, month: number) => number[];

function monthDays(field: string): DaysIn | undefined {
  if (field === "L") return (year, month) => [lastDay(year, month)];
  const nearest = /^(\d+)W$/.exec(field)?.[1];
  if (nearest) {
    const day = value(nearest, DAY_OF_MONTH);
    return day === undefined ? undefined : (year, month) => nearestWeekday(year, month, day);
  }
  const days = values(field, DAY_OF_MONTH);
  return days && ((year, month) => days.filter((day) => day <= lastDay(year, month)));
}

function weekDays(field: string): DaysIn | undefined {
  // L alone is the last day of the week, which starts on Sunday.
  if (field === "L") return onWeekdays([7]);
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last) {
    const weekday = value(last, DAY_OF_WEEK);
    return weekday === undefined ? undefined : (year, month) => onWeekdays([weekday])(year, month).slice(-1);
  }
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth) {
    const weekday = value(nth[1] ?? "", DAY_OF_WEEK);
    const index = Number(nth[2]) - 1;
    return weekday === undefined
      ? undefined
      : (year, month) => onWeekdays([weekday])(year, month).slice(index, index + 1);
  }
  const weekdays = values(field, DAY_OF_WEEK);
  return weekdays && onWeekdays(weekdays);
}

function onWeekdays(weekdays: readonly number[]): DaysIn {
  return (year, month) => {
    const days = Array.from({ length: lastDay(year, month) }, (_, index) => index + 1);
    return days.filter((day) => weekdays.includes(weekdayOf(year, month, day)));
  };
}

/** The Monday-to-Friday day closest to `day` without leaving the month; none when the month has no such day. */
function nearestWeekday(year: number, month: number, day: number): number[] {
  const last = lastDay(year, month);
  if (day > last) return [];
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return [day > 1 ? day - 1 : day + 2];
  if (weekday === 1) return [day < last ? day + 1 : day - 2];
  return [day];
}

/** 1 is Sunday, 7 is Saturday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
