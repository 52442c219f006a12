import { ScheduleError } from "./error.ts";

/** What one of the five fields may hold. `names` stand for the values from `min` on. */
type FieldSpec = { label: string; min: number; max: number; names?: readonly string[] };

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The five fields in their order. A weekday may be written 7, which is Sunday as 0 is. */
export const fieldSpecs = {
  minute: { label: "Minute", min: 0, max: 59 },
  hour: { label: "Hour", min: 0, max: 23 },
  dayOfMonth: { label: "Day of month", min: 1, max: 31 },
  month: { label: "Month", min: 1, max: 12, names: MONTHS },
  weekday: { label: "Weekday", min: 0, max: 7, names: WEEKDAYS },
} as const satisfies Record<string, FieldSpec>;

const isWeekday = (spec: FieldSpec) => spec.max === 7;
const refuse = (spec: FieldSpec, why: string) => new ScheduleError("expression", `${spec.label} ${why}.`);

/** The last value that `*` and a step over it reach: weekday 7 is Sunday again. */
const lastOf = (spec: FieldSpec) => (isWeekday(spec) ? 6 : spec.max);

/**
 * The values of one field, ascending and each once; weekdays are 0 (Sunday) to 6.
 * Grammar: a comma list of `*`, `n`, `a-b`, each but `n` with an optional `/step`.
 * @throws ScheduleError naming the field
 */
export function parseField(text: string, spec: FieldSpec): number[] {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    for (const value of parseItem(item, spec)) values.add(isWeekday(spec) ? value % 7 : value);
  }
  return [...values].sort((a, b) => a - b);
}

/** True where the field leaves every value open, as `*` does, and not merely lists all of them. */
export const isOpen = (text: string) => text.split(",").some((item) => item === "*" || /^\*\/0*1$/.test(item));

function parseItem(item: string, spec: FieldSpec): number[] {
  if (item === "") throw refuse(spec, "has an empty place in its list");
  const [base = "", stepText, ...more] = item.split("/");
  const [fromText = "", toText, ...rest] = base.split("-");
  if (fromText === "") throw outside(item, spec);
  if (more.length > 0 || rest.length > 0 || toText === "" || stepText === "") {
    throw refuse(spec, `cannot be read: "${item}"`);
  }
  if (base === "*") return span(spec.min, lastOf(spec), parseStep(stepText, spec));
  const from = parseValue(fromText, spec);
  if (toText === undefined) {
    if (stepText === undefined) return [from];
    throw refuse(spec, `needs a range before a step: write ${from}-${lastOf(spec)}/${stepText} instead of ${item}`);
  }
  const to = parseRangeEnd(toText, from, spec);
  if (from > to) {
    const forward = `${from}-${lastOf(spec)},${spec.min}-${to}`;
    throw refuse(spec, `has a range that runs backwards: write ${forward} instead of ${base}`);
  }
  return span(from, to, parseStep(stepText, spec));
}

function parseValue(text: string, spec: FieldSpec): number {
  const named = spec.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return spec.min + named;
  if (/^(\?|L|W|LW|\d+L|\d+W|.+#.+)$/i.test(text)) {
    throw refuse(spec, `has "${text}", which five-field cron does not know; it takes numbers, lists, ranges and steps`);
  }
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= spec.min && value <= spec.max) return value;
  throw outside(text, spec);
}

function outside(text: string, spec: FieldSpec): ScheduleError {
  const names = spec.names ? ` or ${spec.names[0]}-${spec.names.at(-1)}` : "";
  return refuse(spec, `must be ${spec.min}-${spec.max}${names}, not "${text}"`);
}

/** FRI-SUN ends on the Sunday after Friday. */
function parseRangeEnd(text: string, from: number, spec: FieldSpec): number {
  const value = parseValue(text, spec);
  return isWeekday(spec) && from > 0 && text.toUpperCase() === "SUN" ? 7 : value;
}

function parseStep(text: string | undefined, spec: FieldSpec): number {
  if (text === undefined) return 1;
  const longest = lastOf(spec) - spec.min + 1;
  const step = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (step >= 1 && step <= longest) return step;
  throw refuse(spec, `must have a step of 1-${longest}, not "${text}"`);
}

function span(from: number, to: number, step: number): number[] {
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}
