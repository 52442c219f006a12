import { expect, it } from "vitest";
import { ScheduleError } from "./error.ts";
import { canonicalTimeZone, isSameZone } from "./time-zone.ts";

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
  ["Japan", "Asia/Tokyo"],
  ["gb", "Europe/London"],
  ["NZ-CHAT", "Pacific/Chatham"],
  ["W-SU", "Europe/Moscow"],
  ["EST5EDT", "America/New_York"],
  ["Zulu", "UTC"],
])("the time zone %s is %s", (given, name) => {
  expect(canonicalTimeZone(given)).toBe(name);
});

it.each([
  ["", "is not a known time zone"],
  ["Mars/Base", "is not a known time zone"],
  ["CEST", "is not a known time zone"],
  ["SystemV/EST5", "is not a known time zone"],
  ["+02:00", "is an offset, which no zone keeps all year"],
  ["UTC+2", "is an offset, which no zone keeps all year"],
  ["IST", "is an abbreviation that can mean several zones"],
  ["AST", "is an abbreviation that can mean several zones"],
  ["BST", "is an abbreviation that can mean several zones"],
  ["CST", "is an abbreviation that can mean several zones"],
])('the time zone "%s" is refused, as it %s', (name, reason) => {
  const message = `"${name}" ${reason}: use an IANA name such as Europe/Stockholm, or UTC.`;
  expect(() => canonicalTimeZone(name)).toThrow(new ScheduleError("timezone", message));
});

it.each([
  ["new york", "America/New_York"],
  ["New York, USA", undefined],
  ["Europe/Stokholm", "Europe/Stockholm"],
  ["Europe/Stockholm ", "Europe/Stockholm"],
  ["stockholm", "Europe/Stockholm"],
  ["São Paulo", "America/Sao_Paulo"],
  ["America/London", "Europe/London"],
  ["Kolkatta", undefined],
])("who writes %s is asked about %s", (name, meant) => {
  const hint = meant === undefined ? "use an IANA name" : `did you mean ${meant}?`;
  expect(() => canonicalTimeZone(name)).toThrow(`"${name}" is not a known time zone: ${hint}`);
});

it.each([
  ["Europe/Kiev", "Europe/Kyiv", true],
  ["Asia/Calcutta", "Asia/Kolkata", true],
  ["Europe/Stockholm", "Europe/Berlin", false],
])("%s and %s are one zone: %s", (one, other, same) => {
  expect(isSameZone(one, other)).toBe(same);
});

it("every zone that Node lists is known and keeps its name or gets the one of today", () => {
  const listed = Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC");
  expect(listed.length).toBeGreaterThan(400);
  for (const name of listed) expect(canonicalTimeZone(name)).toBe(name);
});
