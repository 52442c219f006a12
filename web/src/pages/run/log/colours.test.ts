import fc from "fast-check";
import { expect, test } from "vitest";
import type { Colour } from "../../../../../contract/terminal-text.ts";
import { backgrounds, filled, textColour } from "./colours.ts";
import { piecesOf } from "./styled.tsx";

const colour: fc.Arbitrary<Colour> = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.integer({ min: 0, max: 0xffffff }).map((number): Colour => `#${number.toString(16).padStart(6, "0")}`),
);

/** Contrast as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const [more = 0, less = 0] = [a, b].map(luminance).sort((x, y) => y - x);
  return (more + 0.05) / (less + 0.05);
}
function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("whatever colour a program asks for, its text can be read on every line, light and dark", () => {
  fc.assert(
    fc.property(colour, (asked) => {
      const { light, dark } = textColour(asked);
      for (const behind of backgrounds.light) expect(contrast(light, behind)).toBeGreaterThanOrEqual(4.5);
      for (const behind of backgrounds.dark) expect(contrast(dark, behind)).toBeGreaterThanOrEqual(4.5);
    }),
    { numRuns: 1_000 },
  );
});

test("text of the colour that is behind it is not hidden", () => {
  fc.assert(
    fc.property(colour, fc.option(colour, { nil: undefined }), (behind, front) => {
      const { fill, text } = filled(behind, front);
      expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test("a match is marked also across colours", () => {
  const spans = [{ text: "an er" }, { text: "ror", style: { fg: 1 } }, { text: " of errors" }];
  expect(piecesOf("an error of errors", spans, /error/i)).toEqual([
    { text: "an ", isMatch: false },
    { text: "er", isMatch: true },
    { text: "ror", style: { fg: 1 }, isMatch: true },
    { text: " of ", isMatch: false },
    { text: "error", isMatch: true },
    { text: "s", isMatch: false },
  ]);
});
