import * as fc from "fast-check";

/** Zones with every kind of clock: ordinary, southern, half-hour and midnight shifts, a skipped day, none at all. */
export const zones = [
  "UTC",
  "Europe/Stockholm",
  "Europe/Dublin",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Santiago",
  "America/Havana",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Beirut",
  "Asia/Tehran",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "Asia/Pyongyang",
  "Antarctica/Troll",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Etc/GMT+12",
];
export const zone = fc.constantFrom(...zones);

/** Days on which some of these zones move their clocks, or leave a day out. */
const shiftDays = ["2011-12-30", "2027-03-14", "2027-03-28", "2027-04-04", "2027-10-03", "2027-10-31", "2027-11-07"];

/** Any minute of fifty years, half of them within two days of a day of `shiftDays`. */
export const instant = fc.oneof(
  fc.integer({ min: Date.UTC(1995, 0) / 60_000, max: Date.UTC(2045, 0) / 60_000 }).map((minute) => minute * 60_000),
  fc
    .tuple(fc.constantFrom(...shiftDays), fc.integer({ min: -2 * 1440, max: 2 * 1440 }))
    .map(([day, minute]) => Date.parse(day) + minute * 60_000),
);

const range = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);

/** A field of one to three items. A step over `*` is 2 or more: croner does not read a day field with step 1 as open. */
function field(min: number, max: number, names: string[] = []): fc.Arbitrary<string> {
  const named = names.length > 0 ? [fc.constantFrom(...names)] : [];
  const item = fc.oneof(
    fc.integer({ min, max }).map(String),
    ...named,
    range(min, max),
    fc.tuple(range(min, max), fc.integer({ min: 1, max: 7 })).map(([base, step]) => `${base}/${step}`),
    fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
  );
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
}

const orOpen = (arbitrary: fc.Arbitrary<string>, weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant("*") }, { weight: 1, arbitrary });

const fields = {
  minute: orOpen(field(0, 59), 1),
  hour: orOpen(field(0, 23), 1),
  dayOfMonth: orOpen(field(1, 31), 2),
  month: orOpen(field(1, 12, ["JAN", "feb", "Oct"]), 3),
  weekday: orOpen(field(0, 7, ["SUN", "mon", "Fri"]), 1),
};

/** Five-field expressions, now and then one that can never fire. */
export const expression = fc
  .tuple(fields.minute, fields.hour, fields.dayOfMonth, fields.month, fields.weekday)
  .map((parts) => parts.join(" "));

/** Expressions that fire many times a day, for the hours around a change of the clocks. */
export const dailyExpression = fc.tuple(fields.minute, fields.hour).map(([minute, hour]) => `${minute} ${hour} * * *`);
