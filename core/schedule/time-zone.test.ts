import { expect, it } from "vitest";
import { ScheduleError } from "./error.ts";
import { canonicalTimeZone } from "./time-zone.ts";

it.each([
  ["Europe/Stockholm", "Europe/Stockholm"],
  ["europe/STOCKHOLM", "Europe/Stockholm"],
  ["america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"],
  ["asia/kathmandu", "Asia/Kathmandu"],
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["Europe/Kyiv", "Europe/Kyiv"],
  ["US/Eastern", "America/New_York"],
  ["utc", "UTC"],
  ["Etc/UTC", "UTC"],
  ["GMT", "UTC"],
  ["etc/gmt-14", "Etc/GMT-14"],
])("the time zone %s is %s", (given, name) => {
  expect(canonicalTimeZone(given)).toBe(name);
});

it.each(["", "Europe/Stokholm", "+02:00", "UTC+2", "IST", "AST", "SystemV/EST5", "Europe/Stockholm "])(
  'the time zone "%s" is refused',
  (name) => {
    expect(() => canonicalTimeZone(name)).toThrow(
      new ScheduleError(
        "timezone",
        `"${name}" is not a known time zone: use an IANA name such as Europe/Stockholm, or UTC.`,
      ),
    );
  },
);

it("every zone that Node lists is known and keeps its name or gets the one of today", () => {
  const listed = Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC");
  expect(listed.length).toBeGreaterThan(400);
  for (const name of listed) expect(canonicalTimeZone(name)).toBe(name);
});
