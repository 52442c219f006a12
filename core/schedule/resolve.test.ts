import { describe, expect, it } from "vitest";
import { ScheduleError } from "./error.ts";
import { resolveSchedule } from "./resolve.ts";

const now = new Date("2027-01-01T00:00:00Z");

describe("what a client gives becomes the schedule that is kept", () => {
  it("a preset becomes its expression", () => {
    expect(resolveSchedule({ type: "cron", preset: "weekdays-9am", timezone: "europe/stockholm" }, now)).toEqual({
      type: "cron",
      expression: "0 9 * * 1-5",
      timezone: "Europe/Stockholm",
      preset: "weekdays-9am",
    });
  });

  it("an expression keeps its words, and is named where it is a preset's", () => {
    const kept = { type: "cron", timezone: "UTC" };
    expect(resolveSchedule({ type: "cron", expression: "  0 9  * * MON ", timezone: "UTC" }, now)).toEqual({
      ...kept,
      expression: "0 9 * * MON",
      preset: null,
    });
    expect(resolveSchedule({ type: "cron", expression: "0  * * * *", timezone: "UTC" }, now)).toEqual({
      ...kept,
      expression: "0 * * * *",
      preset: "hourly",
    });
  });

  it("an instant is kept in UTC and whole seconds", () => {
    expect(resolveSchedule({ type: "once", at: "2027-01-31T09:00:00.750+01:00", timezone: "Asia/Tokyo" }, now)).toEqual(
      {
        type: "once",
        at: "2027-01-31T08:00:00.000Z",
        timezone: "Asia/Tokyo",
      },
    );
  });

  it("manual stays manual", () => {
    expect(resolveSchedule({ type: "manual" }, now)).toEqual({ type: "manual" });
  });

  it.each([
    [{ type: "cron", expression: "0 25 * * *", timezone: "UTC" }, "expression", 'Hour must be 0-23, not "25".'],
    [
      { type: "cron", expression: "0 9 * * *", timezone: "Mars/Base" },
      "timezone",
      '"Mars/Base" is not a known time zone: use an IANA name such as Europe/Stockholm, or UTC.',
    ],
    [{ type: "once", at: "2027-01-01T00:00:00Z", timezone: "UTC" }, "at", "The instant is in the past."],
    [{ type: "once", at: "2200-01-01T00:00:00Z", timezone: "UTC" }, "at", "The instant must be before the year 2200."],
    [{ type: "once", at: "soon", timezone: "UTC" }, "at", '"soon" is not an instant.'],
  ] as const)("refuses %o", (input, field, message) => {
    const refused = expect.objectContaining({ field, message });
    expect(() => resolveSchedule(input, now)).toThrow(refused);
    expect(() => resolveSchedule(input, now)).toThrow(ScheduleError);
  });

  it("refuses a cron that has no slot left", () => {
    const late = new Date("2199-12-31T23:59:00Z");
    expect(() => resolveSchedule({ type: "cron", expression: "* * * * *", timezone: "UTC" }, late)).toThrow(
      "In UTC this has no slot ahead, so it never fires.",
    );
  });
});
