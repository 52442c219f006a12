import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor, MASK, spellings } from "./redact.ts";

const secretText = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+/=%&"\\.~!'),
  minLength: 12,
  maxLength: 120,
});
const noise = fc.string({ maxLength: 60 });

/** The secret as some program may print it. */
const spelled = fc.tuple(secretText, noise, noise, fc.nat()).chain(([secret, before, after, pick]) => {
  const known = spellings(secret);
  return fc.constantFrom<{ secret: string; printed: string }>(
    { secret, printed: known[pick % known.length] as string },
    { secret, printed: Buffer.from(before + secret + after).toString("base64") },
    { secret, printed: Buffer.from(before + secret + after).toString("base64url") },
    { secret, printed: Buffer.from(secret).toString("hex").replace(/.{60}/g, "$&\n") },
    { secret, printed: JSON.stringify({ value: before + secret }) },
    { secret, printed: `https://x-access-token:${encodeURIComponent(secret)}@github.com` },
    { secret, printed: secret.replace(/.{7}/g, "$&\r\n") },
  );
});

function leaks(secret: string, shown: string): boolean {
  const dense = shown.replace(/\\[nrt]|\s/g, "");
  return spellings(secret).some((spelling) => {
    const needle = spelling.replace(/\\[nrt]|\s/g, "");
    return needle.length >= 6 && dense.includes(needle);
  });
}

/** Cuts a text at the given places. */
function pieces(text: string, cuts: number[]): string[] {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
}

describe("redaction", () => {
  test("masks a secret in every spelling, whatever stands around it", () => {
    fc.assert(
      fc.property(spelled, noise, noise, ({ secret, printed }, before, after) => {
        expect(leaks(secret, createRedactor([secret]).redact(before + printed + after))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("leaks nothing however the text is cut into chunks", () => {
    fc.assert(
      fc.property(
        spelled,
        fc.nat(40_000),
        fc.nat(40_000),
        fc.array(fc.nat(), { maxLength: 20 }),
        ({ secret, printed }, before, after, cuts) => {
          const text = `${"word ".repeat(before / 5)}${printed}${" word".repeat(after / 5)}`;
          const stream = createRedactor([secret]).stream();
          const near = cuts.map((cut, i) => (i % 2 ? cut : Math.max(0, before - 20) + (cut % (printed.length + 40))));
          const shown = pieces(text, near).map((piece) => stream.write(piece));
          expect(leaks(secret, shown.join("") + stream.end())).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("a stream says the same as the whole text and loses nothing", () => {
    fc.assert(
      fc.property(secretText, fc.array(fc.nat(), { maxLength: 9 }), fc.nat(200), (secret, cuts, times) => {
        const text = `plain line\n${secret} and ${secret}\n`.repeat(times * 10);
        const redactor = createRedactor([secret]);
        const stream = redactor.stream();
        const shown = pieces(text, cuts).map((piece) => stream.write(piece));
        expect(shown.join("") + stream.end()).toBe(redactor.redact(text));
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["an Anthropic key", `sk-ant-api03-${"Ab1_".repeat(20)}`],
    ["an OpenAI key", `sk-proj-${"Ab1-".repeat(20)}`],
    ["a GitHub token", `ghp_${"a1B2".repeat(9)}`],
    ["a fine-grained GitHub token", `github_pat_${"a1B2_".repeat(12)}`],
    ["a GitLab token", `glpat-${"a1B2".repeat(5)}`],
    ["an AWS key id", "AKIAIOSFODNN7EXAMPLE"],
    ["a Slack token", "xoxb-123456789012-abcdefABCDEF"],
    ["an Errand key", `ek_live_${"a1B2".repeat(8)}`],
    ["a JWT", `eyJ${"hbGciOi".repeat(3)}.eyJ${"zdWIiOi".repeat(4)}.${"sig_-".repeat(6)}`],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEow\n".repeat(30)}-----END RSA PRIVATE KEY-----`],
  ])("masks %s nobody told it about", (_, token) => {
    expect(createRedactor([]).redact(`before ${token} after`)).toBe(`before ${MASK} after`);
  });

  test("leaves ordinary text alone", () => {
    const text = "task-oriented risk-averse sk-short; git log --oneline; a disk-usage-report-of-everything-here";
    expect(createRedactor(["ab"]).redact(text)).toBe(text);
  });

  test("masks two secrets that overlap, whole", () => {
    const shown = createRedactor(["abcdefghij", "ghijklmnop"]).redact("<abcdefghijklmnop>");
    expect(shown).toBe(`<${MASK}>`);
  });
});
