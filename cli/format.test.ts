import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration, jsonText, money, oneLine, relative, scheduleWords } from "./format.ts";
import { type Column, table } from "./table.ts";

const now = new Date("2027-01-31T09:00:00Z");

test.each([
  [null, "–"],
  [0, "$0.00"],
  [0.00001, "<$0.0001"],
  [0.0123, "$0.0123"],
  [12.345, "$12.35"],
])("%s dollars read %s", (usd, words) => {
  expect(money(usd)).toBe(words);
});

test.each([
  [null, "–"],
  [0, "0 ms"],
  [850, "850 ms"],
  [12_340, "12.3 s"],
  [59_960, "1 min 0 s"],
  [185_000, "3 min 5 s"],
  [3_720_000, "1 h 2 min"],
])("%s milliseconds read %s", (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});

test.each([
  [null, "–"],
  ["2027-01-31T09:00:00.400Z", "now"],
  ["2027-01-31T08:59:59.600Z", "just now"],
  ["2027-01-31T08:57:00Z", "3 minutes ago"],
  ["2027-01-31T11:59:00Z", "in 3 hours"],
  ["2027-02-03T09:00:00Z", "in 3 days"],
  ["2026-06-15T12:00:00Z", "2026-06-15"],
])("%s is %s", (instant, words) => {
  expect(relative(instant, now)).toBe(words);
});

test("an instant of a schedule carries a zone, like every other", () => {
  const schedule = { type: "once", at: "2027-01-31T09:00:00Z", timezone: "UTC" } as const;
  expect(scheduleWords({ schedule, scheduleText: "" })).toMatch(/^Once at 2027-\d\d-\d\d \d\d:\d\d:\d\d \S+$/);
});

test("JSON steers no terminal, and says the same", () => {
  const text = "a\u001b[31m\u009b2J\u202e\u007fü\n";
  expect(jsonText({ text })).toBe('{"text":"a\\u001b[31m\\u009b2J\\u202e\\u007fü\\n"}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("one line is one line of the width that was asked for", () => {
  expect(oneLine(" a\n b\t c ", 10)).toBe("a b c");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const line = oneLine(text, width);
      expect([...line].length).toBeLessThanOrEqual(width);
      expect(line).not.toContain("\n");
    }),
  );
});

describe("a table", () => {
  const columns: Column<string[]>[] = [
    { title: "ID", cell: ([id = ""]) => id },
    { title: "NAME", cell: ([, name = ""]) => ({ text: name, paint: (text) => text.toUpperCase() }), shrinks: true },
    { title: "NOTE", cell: ([, , note = ""]) => note, optional: true },
  ];
  const items = [
    ["1", "a long name", "noted"],
    ["2", "b", ""],
  ];

  test("is as wide as it needs to be when there is room", () => {
    expect(table(items, columns, 80).split("\n")).toEqual(["ID  NAME         NOTE", "1   A LONG NAME  noted", "2   B"]);
  });

  test("cuts what may be cut, then leaves out what may be left out", () => {
    expect(table(items, columns, 19)).toContain("A LONG …  noted");
    expect(table(items, columns, 13)).not.toContain("NOTE");
    expect(table(items, columns, 13)).toContain("A LONG N…");
  });

  test("stays whole where nothing helps", () => {
    expect(table(items, columns, 3)).toContain("A LONG NAME");
  });
});
