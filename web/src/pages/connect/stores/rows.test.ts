import { expect, test } from "vitest";
import { changeOf, emptyRow, rowFaults, rowsOf, withDotenv } from "./rows.ts";

const row = (name: string, value: string) => ({ ...emptyRow(), name, value });

test("a kept variable is only set when a value was typed, and only removed when it was asked for", () => {
  const kept = rowsOf(["A", "B", "C"]);
  const rows = kept.map((it) => ({ ...it, value: it.name === "B" ? "new" : "", removed: it.name === "C" }));
  expect(changeOf([...rows, emptyRow()])).toEqual({ set: { B: "new" }, remove: ["C"] });
});

test("a new variable may have an empty value", () => {
  expect(changeOf([row(" A ", ""), emptyRow()])).toEqual({ set: { A: "" }, remove: [] });
});

test("pasted variables fill the rows of their names and add the others in place of empty ones", () => {
  const rows = withDotenv([...rowsOf(["A"]), emptyRow()], "A=1\nB=2");
  expect(rows.map(({ name, value, kept }) => [name, value, kept])).toEqual([
    ["A", "1", true],
    ["B", "2", false],
  ]);
});

test("reserved, impossible, missing and repeated names are told at their row", () => {
  const rows = [row("PATH", "x"), row("1A", "x"), row("", "x"), row("A", "x"), row("A", "y"), row("OK", "x")];
  const faults = rowFaults(rows);
  expect(rows.map(({ id }) => faults.get(id)?.name)).toEqual([
    "Is a reserved name",
    expect.stringContaining("Must be letters"),
    "Give it a name",
    undefined,
    "Is there already",
    undefined,
  ]);
});

test("a value that is too long is told at its row", () => {
  const long = row("A", "x".repeat(8193));
  expect(rowFaults([long]).get(long.id)).toEqual({ value: "Must be at most 8192 characters" });
});
