import fc from "fast-check";
import { expect, test } from "vitest";
import { logLine } from "../../contract/log.ts";
import { createLog } from "./log.ts";
import { createRedactor } from "./redact/redactor.ts";

function newLog(secrets: string[] = []) {
  const printed: string[] = [];
  const log = createLog({
    print: (line) => printed.push(line),
    clock: () => Date.UTC(2030, 0, 1),
    redactor: createRedactor(secrets),
  });
  return { log, printed, lines: () => printed.map((line) => logLine.parse(JSON.parse(line))) };
}

test("numbers its lines and stamps them", () => {
  const { log, lines } = newLog();
  log.write({ kind: "system", text: "one" });
  log.write({ kind: "tool_call", text: "two", tool: "Bash" });
  expect(lines()).toEqual([
    { n: 1, t: "2030-01-01T00:00:00.000Z", kind: "system", text: "one" },
    { n: 2, t: "2030-01-01T00:00:00.000Z", kind: "tool_call", text: "two", tool: "Bash" },
  ]);
  expect(log.lastLine).toBe(2);
});

test("cuts any text into lines of at most 15 KB that join to the same text", () => {
  const unit = fc.constantFrom("a", "\n", "\u0000", '"', "ä", "漢", "🙂", "\ud800");
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 20 }), fc.nat(4000), (units, times) => {
      const text = units.join("").repeat(times);
      const { log, printed, lines } = newLog();
      log.write({ kind: "assistant", text });
      expect(
        lines()
          .map((line) => line.text)
          .join(""),
      ).toBe(text.toWellFormed());
      expect(lines().map((line) => line.part === true)).toEqual(printed.map((_, i) => i < printed.length - 1));
      for (const line of printed) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(15 * 1024);
    }),
    { numRuns: 30 },
  );
});

test("masks before it cuts: no half of a secret at the border of two lines", () => {
  const secret = `key-${"0123456789".repeat(6)}`;
  for (let before = 14_700; before < 14_920; before += 20) {
    const { log, printed } = newLog([secret]);
    log.write({ kind: "tool_result", text: "x".repeat(before) + secret + "y".repeat(9000) });
    expect(printed.join("")).not.toMatch(/0123456789|key-/);
  }
});
