import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spellings } from "../testing/spellings.ts";
import { createRedactor, MASK } from "./redactor.ts";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const letter = fc.constantFrom(...letters);
const sign = fc.constantFrom(...letters, ..."-_+/=%&\"\\.~!'`$<>;:#@ ", "ä", "漢", "🙂");
const secretText = fc
  .tuple(letter, fc.string({ unit: sign, minLength: 10, maxLength: 120 }), letter)
  .map((parts) => parts.join(""));
const word = fc.constantFrom("a", "word", " ", "\n", ", ", "{", "=", "12", "(", "ü");
const noise = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));
const spelling = fc.constantFrom(...Object.keys(spellings));
const usual = fc.constantFrom(
  "in a URL",
  "in a form",
  "in JSON",
  "in HTML",
  "in HTML, in hex",
  "in double quotes of a shell",
);
const spell = (how: string, secret: string) => (spellings[how] as (secret: string) => string)(secret);

/** What is left of a text when what it may be wrapped in, or show of its own, is taken away. */
const rest = (text: string) => text.replace(/[\s\p{C}"'`\\+]|\[[\d;]+m/gu, "");

function pieces(text: string, cuts: number[]): string[] {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
}

describe("redaction", () => {
  test.each(Object.keys(spellings))("masks a secret %s, whatever stands around it", (how) => {
    fc.assert(
      fc.property(secretText, noise, noise, (secret, before, after) => {
        fc.pre(rest(secret).length >= 6);
        const shown = createRedactor([secret]).redact(`${before}<${spell(how, secret)}>${after}`);
        expect(rest(shown)).toBe(rest(`${before}<${MASK}>${after}`));
      }),
      { numRuns: 60 },
    );
  });

  test("masks a secret in one spelling inside another", () => {
    fc.assert(
      fc.property(secretText, usual, usual, (secret, inner, outer) => {
        fc.pre(rest(secret).length >= 6);
        const shown = createRedactor([secret]).redact(`<${spell(outer, spell(inner, secret))}>`);
        expect(shown).toContain(MASK);
        expect(rest(shown)).not.toContain(rest(secret));
      }),
      { numRuns: 400 },
    );
  });

  test("masks a secret that looks like an escape of another kind, in one spelling inside another", () => {
    const secrets = ["a\\Eaaaaa<aaa", 'a%41aaa<"aaa&lt;a', "a&lt;aaa%3Caaa\\x41a", "a'\\''aaa&aa%25aa"];
    for (const secret of secrets)
      for (const inner of fc.sample(usual, 30))
        for (const outer of fc.sample(usual, 10))
          expect(createRedactor([secret]).redact(`<${spell(outer, spell(inner, secret))}>`)).toContain(MASK);
  });

  test("masks what base64 makes of a secret and of what stands around it", () => {
    fc.assert(
      fc.property(secretText, noise, noise, fc.constantFrom("base64", "base64url"), (secret, before, after, kind) => {
        const printed = (text: string) => Buffer.from(text).toString(kind as "base64");
        const shown = createRedactor([secret]).redact(printed(before + secret + after).replace(/.{60}/g, "$&\n"));
        const whole = printed(secret).replace(/=/g, "");
        expect(shown).toContain(MASK);
        expect(shown.replace(/\s/g, "")).not.toContain(whole.slice(2, -2));
      }),
      { numRuns: 100 },
    );
  });

  test("leaks nothing however the text is cut into chunks", () => {
    fc.assert(
      fc.property(
        secretText,
        spelling,
        fc.nat(40_000),
        fc.nat(40_000),
        fc.array(fc.nat(), { maxLength: 20 }),
        (secret, how, before, after, cuts) => {
          fc.pre(rest(secret).length >= 6);
          const printed = spell(how, secret);
          const text = `${"word ".repeat(before / 5)}<${printed}>${" word".repeat(after / 5)}`;
          const stream = createRedactor([secret]).stream();
          const near = cuts.map((cut, i) => (i % 2 ? cut : Math.max(0, before - 20) + (cut % (printed.length + 40))));
          const shown = pieces(text, near).map((piece) => stream.write(piece));
          expect(rest(shown.join("") + stream.end())).toBe(rest(text.replace(printed, () => MASK)));
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
    ["a token with a control character inside", `ghp_${"a1B2".repeat(4)}\0${"a1B2".repeat(5)}`],
    ["a token in two colours", `sk-ant-api03-\x1b[31m${"Ab1_".repeat(20)}`],
  ])("masks %s nobody told it about", (_, token) => {
    expect(createRedactor([]).redact(`before ${token} after`)).toBe(`before ${MASK} after`);
  });

  test("leaves ordinary text alone", () => {
    const text =
      "task-oriented risk-averse sk-short; git log --oneline; a disk-usage-report-of-everything-here, 100% & 5 \\n 'x'";
    expect(createRedactor(["ab", "      ", "\n\n\n\n\n\n", ""]).redact(text)).toBe(text);
  });

  test("masks two secrets that overlap, whole", () => {
    const shown = createRedactor(["abcdefghij", "ghijklmnop"]).redact("<abcdefghijklmnop>");
    expect(shown).toBe(`<${MASK}>`);
  });

  test("masks each line of a value, from six characters on", () => {
    const { redact } = createRedactor(["first-line\r\n   second line  \nshort\n\n{ six }\u2028last-line"]);
    expect(redact("a first-line b")).toBe(`a ${MASK} b`);
    expect(redact("1\tsecond line\n2\tlast-line")).toBe(`1\t${MASK}\n2\t${MASK}`);
    expect(redact("short { six } .")).toBe(`short ${MASK} .`);
  });

  test("masks the leaves of a value that is JSON, of JSON and lines inside them too", () => {
    const inner = JSON.stringify({ deep: ["deep-secret", { pin: 1234567 }] });
    const value = JSON.stringify(
      { user: "bob", password: 'pass"wörd', key: "-----BEGIN\nkey-line-1\nkey-line-2", inner, on: true, none: null },
      null,
      2,
    );
    const { redact } = createRedactor([value]);
    for (const leaf of ['pass"wörd', "key-line-1", "key-line-2", "deep-secret", "1234567"]) {
      expect(redact(`<${leaf}>`)).toBe(`<${MASK}>`);
      expect(rest(redact(`<${encodeURIComponent(leaf)}>`))).toBe(`<${MASK}>`);
    }
    expect(redact("bob said true and null, not password or inner")).toBe(
      "bob said true and null, not password or inner",
    );
    expect(createRedactor(['"a-string-in-quotes"']).redact("a-string-in-quotes")).toBe(MASK);
  });

  test("masks a value that is little but quotes and escapes", () => {
    for (const value of [`"'"'"'`, "\\\\\\\\\\\\", "+a+b+c", '"a"b"c"', "a b c d"]) {
      const { redact } = createRedactor([value]);
      expect(redact(`<${value}>`)).toBe(`<${MASK}>`);
      expect(redact(`<${JSON.stringify(value)}>`)).not.toContain(JSON.stringify(value));
      expect(redact(`<${encodeURIComponent(value)}>`)).toBe(`<${MASK}>`);
    }
  });

  test("masks the password of an address as programs decode it", () => {
    const { redact } = createRedactor(["postgres://me:p%40ss%2Fword%21@db.example.com/app"]);
    expect(redact("postgres://me:p@ss/word!@db.example.com/app")).toBe(MASK);
  });
});

describe("masking takes time in proportion to the text, whatever it is", () => {
  const secrets = [
    "a".repeat(8192),
    `${"ab".repeat(4000)}c`,
    "%41".repeat(2000),
    "-----BEGIN RSA PRIVATE KEY-----\nabcdef",
  ];
  const units = [
    "a",
    "\\u",
    "%",
    "%41",
    "%e6%bc",
    "&",
    "&#",
    "&#x41;",
    "&amp;",
    "'",
    "'\"'\"",
    "'\\''",
    "\x1b]",
    "\x1b[0",
    "\x1b]0;",
    " ",
    "\0",
    "eyJ",
    "-eyJaaaaaaaa",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN ",
    "-----END RSA PRIVATE KEY-----",
    "漢🙂",
  ];
  const redactor = createRedactor(secrets);
  /** The least of some runs, in CPU time, so that a busy machine does not count. */
  function cost(text: string): number {
    const runs = [1, 2].map(() => {
      const before = process.cpuUsage();
      redactor.redact(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...runs);
  }

  test.each(units)("1 MB of %j", (unit) => {
    const large = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    const small = large.slice(0, 2 ** 17);
    // Eight times the text: a quadratic step would take 64 times as long.
    expect(cost(large) / Math.max(cost(small), 2000)).toBeLessThan(24);
  });
});
