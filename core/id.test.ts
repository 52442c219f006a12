import { describe, expect, it } from "vitest";
import type { Context } from "./context.ts";
import { derivedId, newId } from "./id.ts";

describe("a derived id", () => {
  const slot = new Date("2026-11-01T09:00:00Z");

  it("is the same for everyone who knows its parts, and another for other parts or another time", () => {
    const id = derivedId("run", slot, ["task_1", "a"]);
    expect(derivedId("run", slot, ["task_1", "a"])).toBe(id);
    expect(id).toMatch(/^run_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(derivedId("run", slot, ["task_1", "b"])).not.toBe(id);
    expect(derivedId("run", slot, ["task_1a", ""])).not.toBe(id);
    expect(derivedId("run", new Date("2026-11-01T10:00:00Z"), ["task_1", "a"]) > id).toBe(true);
  });

  it("is also the same for the earliest of times", () => {
    expect(derivedId("workspace", new Date(1), ["main"])).toMatch(/^ws_0000000001/);
  });
});

describe("a drawn id", () => {
  it("begins with its time and goes on with what was drawn", () => {
    const ctx = { now: () => new Date("2026-11-01T09:00:00Z"), random: (bytes: number) => new Uint8Array(bytes) };
    expect(newId(ctx as Context, "task")).toMatch(/^task_01\w{8}0{16}$/);
  });
});
