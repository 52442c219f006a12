import * as fc from "fast-check";
import { expect, it } from "vitest";
import { expression as anyExpression } from "./cron.arbitrary.ts";
import { describe } from "./describe.ts";
import { ScheduleError } from "./error.ts";

const words = (expression: string, timezone = "Europe/Stockholm") =>
  describe({ type: "cron", expression, timezone, preset: null });

it.each([
  ["*/15 * * * *", "Every 15 minutes"],
  ["0 * * * *", "Every hour"],
  ["@hourly", "Every hour"],
  ["*/60 * * * *", "Every hour"],
  ["*,5 * * * *", "Every minute"],
  ["0 9 * * *", "At 09:00 (Europe/Stockholm)"],
  ["0 9 * * 1-5", "At 09:00, Monday through Friday (Europe/Stockholm)"],
  ["0 9 * * 1", "At 09:00, only on Monday (Europe/Stockholm)"],
  ["0 0 * * 5-7", "At 00:00, Friday through Sunday (Europe/Stockholm)"],
  ["0 0 * * 7,0", "At 00:00, only on Sunday (Europe/Stockholm)"],
  ["0 0 * * 0-7", "At 00:00 (Europe/Stockholm)"],
  ["*/10 8-18 * * 1-5", "Every 10 minutes, between 08:00 and 18:59, Monday through Friday (Europe/Stockholm)"],
  ["0 9 1 * *", "At 09:00, on day 1 of the month (Europe/Stockholm)"],
  ["0 9 1 * 1", "At 09:00, on day 1 of the month or on Monday (Europe/Stockholm)"],
  [
    "0 9 1,15 2 1-3",
    "At 09:00, on day 1 and 15 of the month or Monday through Wednesday, only in February (Europe/Stockholm)",
  ],
])("%s reads: %s", (expression, text) => {
  expect(words(expression)).toBe(text);
});

it("a once names its local date and time", () => {
  expect(describe({ type: "once", at: "2027-03-05T08:00:00.000Z", timezone: "Europe/Stockholm" })).toBe(
    "Once, on 5 March 2027 at 09:00 (Europe/Stockholm)",
  );
  expect(describe({ type: "once", at: "2027-03-05T08:00:30.000Z", timezone: "UTC" })).toBe(
    "Once, on 5 March 2027 at 08:00:30 (UTC)",
  );
});

it("a manual schedule says so", () => {
  expect(describe({ type: "manual" })).toBe("Only when someone runs it");
});

it("every expression that is accepted has words", () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      try {
        expect(words(expression)).toMatch(/^[A-Z0-9]/);
      } catch (error) {
        if (!(error instanceof ScheduleError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
