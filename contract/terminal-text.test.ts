import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainText, type Span, terminalSpans, terminalText } from "./terminal-text.ts";

const E = "\u001b";

describe("styles that are kept", () => {
  test.each<[string, Span[]]>([
    [`a${E}[31mb${E}[0mc`, [{ text: "a" }, { text: "b", style: { fg: 1 } }, { text: "c" }]],
    [`${E}[1;4;92mok${E}[m!`, [{ text: "ok", style: { bold: true, underline: true, fg: 10 } }, { text: "!" }]],
    [`${E}[38;5;208;3mx`, [{ text: "x", style: { fg: 208, italic: true } }]],
    [`${E}[38;2;1;2;255mx`, [{ text: "x", style: { fg: "#0102ff" } }]],
    [`${E}[38:2::1:2:255mx`, [{ text: "x", style: { fg: "#0102ff" } }]],
    [`${E}[48:5:17mx`, [{ text: "x", style: { bg: 17 } }]],
    [`${E}[41;97;7;9mx`, [{ text: "x", style: { bg: 1, fg: 15, inverse: true, strike: true } }]],
    [`${E}[1;2mx${E}[22my`, [{ text: "x", style: { bold: true, dim: true } }, { text: "y" }]],
    ["\u009b31mx", [{ text: "x", style: { fg: 1 } }]],
  ])("%j", (text, spans) => {
    expect(terminalSpans(text)).toEqual(spans);
  });

  test.each([
    `${E}[8mx`,
    `${E}[5mx`,
    `${E}[38;5;256mx`,
    `${E}[38;2;1;2mx`,
    `${E}[?31mx`,
    `${E}[31 mx`,
    `${E}[${"1;".repeat(200)}31mx`,
  ])("none in %j, and nothing is hidden", (text) => {
    expect(terminalSpans(text)).toEqual([{ text: "x" }]);
  });
});

test.each([
  ["movements of the cursor", `a${E}[2J${E}[10;20H${E}[5Ab`, "ab"],
  ["titles", `a${E}]0;owned\u0007b`, "ab"],
  ["links, but not their words", `${E}]8;;https://evil.example${E}\\here${E}]8;;${E}\\`, "here"],
  ["the clipboard", `a${E}]52;c;cm0gLXJmIH4=\u0007b`, "ab"],
  ["device strings", `a${E}P1$r0m${E}\\b${E}_secret${E}\\c${E}^x${E}\\d${E}Xy${E}\\e`, "abcde"],
  ["their eight-bit forms", "a\u009d0;t\u009cb\u0090x\u009cc\u009b2Jd\u0085e", "abcde"],
  ["sets of characters and resets", `${E}(0a${E}cb${E}7c${E}=d`, "abcd"],
  ["a lone escape and NUL", `a${E}`, "a"],
  ["other controls", "a\0b\u0007c\u000bd\u000ce\u007ff", "abcdef"],
  ["what turns the direction", "a\u202eb\u2066c\u2069d", "abcd"],
  ["a sequence without its end", `a${E}[12;3\nb`, "a\nb"],
  ["only the beginning of a string without an end", `a${E}]0;the rest is text`, "a0;the rest is text"],
])("%s are taken out", (_, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test.each([
  ["a line that was written over", "10%\r50%\rdone", "done"],
  ["only as far as it was", "abcdef\rXY", "XYcdef"],
  ["a line break of Windows", "one\r\ntwo\r\n", "one\ntwo\n"],
  ["backspaces", "spin -\b\\\b|\b/ ok\b\b\b\b  ", "spin   ok"],
  ["an erased line", `fetching 10%\r${E}[Kdone`, "done"],
  ["an erased line in full", `fetching${E}[2K\rdone`, "done"],
  ["accents with their letter", "e\u0301x\rY", "Yx"],
])("%s is shown as a terminal would leave it", (_, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

const pieces = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    E,
    `${E}[`,
    "\u009b",
    `${E}]`,
    `${E}P`,
    "\u0007",
    `${E}\\`,
    "\u009c",
    "\r",
    "\b",
    "\n",
    ";",
    "m",
    "K",
  ),
  fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 }).map((codes) => `${E}[${codes.join(";")}m`),
);
const anything = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be there.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a style begins with one.
const styles = /\u001b\[[\d;]+m/g;

describe("whatever comes in", () => {
  test("no control goes out but tabs, line breaks and, for a terminal, styles", () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(plainText(text)).not.toMatch(unsafe);
        expect(terminalSpans(text).every((span) => !unsafe.test(span.text))).toBe(true);
        expect(terminalText(text, { dim: true }).replace(styles, "")).toBe(plainText(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test("what goes out stays as it is when it comes in again", () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(plainText(plainText(text))).toBe(plainText(text));
        const again = terminalText(text);
        expect(terminalText(again)).toBe(again);
      }),
    );
  });

  test("no style stays on, and none makes a line too much to draw", () => {
    const hostile = `${E}[31ma${E}[32mb`.repeat(20_000);
    expect(terminalSpans(hostile).length).toBeLessThanOrEqual(1_001);
    expect(plainText(hostile)).toBe("ab".repeat(20_000));
    expect(terminalText(hostile).match(styles)?.length).toBeLessThanOrEqual(2_002);
    expect(terminalText(`${E}[31mred`)).toBe(`${E}[31mred${E}[0m`);
    expect(plainText(`${E}]`.repeat(100_000))).toBe("");
  });

  test("text without sequences is untouched", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
        expect(plainText(text)).toBe(text);
        expect(terminalText(text)).toBe(text);
      }),
    );
  });
});
