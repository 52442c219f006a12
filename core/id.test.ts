import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idSchema } from "../contract/id.ts";
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

  it("is another however the same letters are cut into parts", () => {
    const cuts = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ['a","b', "c"], []];
    expect(new Set(cuts.map((parts) => derivedId("run", slot, parts))).size).toBe(cuts.length);
  });

  it("of an earlier instant comes first", () => {
    const instant = fc.date({ min: new Date(1), max: new Date("2199-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, fc.string(), (one, other, part) => {
        const [a, b] = [derivedId("run", one, [part]), derivedId("run", other, [part])];
        expect([a, b].every((id) => idSchema("run").safeParse(id).success)).toBe(true);
        expect(Math.sign(one.getTime() - other.getTime())).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
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
