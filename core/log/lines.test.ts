import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Message, numbered } from "./lines.ts";

const at = new Date("2026-11-01T00:00:00.000Z");
const since = "2026-10-31T00:00:00.000Z";
const line = (n: number): Message => ({
  at,
  text: JSON.stringify({ n, t: at.toISOString(), kind: "assistant", text: `${n}` }),
});
const raw = (text: string): Message => ({ at, text });
const read = (messages: Message[], after?: number, until?: number) => numbered(messages, 1, { after, until, since });
const told = ({ lines }: ReturnType<typeof numbered>) =>
  lines.map((each) => (each.kind === "gap" ? `${each.count} missing from ${each.n}` : `${each.n} ${each.kind}`));

describe("the lines of a page", () => {
  it("are shown as they are when none is missing", () => {
    const page = read([line(1), line(2), line(3)], 0, 4);
    expect(told(page)).toEqual(["1 assistant", "2 assistant", "3 assistant"]);
    expect(page).toMatchObject({ lost: 0, firstN: 1, lastN: 3 });
  });

  it("show a gap before, between and behind them", () => {
    const page = read([line(3), line(6)], 0, 10);
    expect(told(page)).toEqual([
      "2 missing from 1",
      "3 assistant",
      "2 missing from 4",
      "6 assistant",
      "3 missing from 7",
    ]);
    expect(page).toMatchObject({ lost: 7, firstN: 3, lastN: 6 });
  });

  it("show no gap where nothing is known of what is beside them", () => {
    expect(told(read([line(7), line(8)]))).toEqual(["7 assistant", "8 assistant"]);
  });

  it("are one gap when none came, dated by the start", () => {
    expect(read([], 0, 4).lines).toEqual([{ kind: "gap", n: 1, count: 3, attempt: 1, t: since }]);
  });

  it("that the runner did not write are shown as errors, and hide no gap", () => {
    const page = read([line(1), raw("node:internal/x"), raw('{"n":2}'), line(4)], 0, undefined);
    expect(told(page)).toEqual(["1 assistant", "1 error", "1 error", "2 missing from 2", "4 assistant"]);
    expect(page.lines[2]).toMatchObject({ text: '{"n":2}', t: at.toISOString() });
  });

  it("that are only foreign say nothing about numbers", () => {
    const page = read([raw("Segmentation fault")]);
    expect(page).toMatchObject({ lost: 0, firstN: undefined, lastN: undefined });
  });

  it("and what is missing always come to the number of the last one", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 200 })), (numbers) => {
        const sorted = numbers.sort((a, b) => a - b);
        const page = read(sorted.map(line), 0);
        expect(sorted.length + page.lost).toBe(sorted.at(-1) ?? 0);
      }),
    );
  });
});
