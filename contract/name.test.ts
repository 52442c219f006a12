import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiKeyInput } from "./access.ts";
import { nameKey, tidyName } from "./name.ts";
import { parameterStoreName } from "./parameter-store.ts";
import { taskInput } from "./task.ts";

const name = taskInput.shape.name;
const kept = (text: string) => name.parse(text);
const fault = (text: string) => name.safeParse(text).error?.issues[0]?.message;

describe("a task's name", () => {
  it.each([
    "Kundmöte",
    "Ежедневный отчёт",
    "日次レポート",
    "تقرير يومي",
    "दैनिक रिपोर्ट",
    "รายงานประจำวัน",
    "Θησαυρός 2",
    "Αναφορά (2)",
    "Báo cáo hằng ngày",
    "می\u200cخواهم",
    "क्\u200dष",
  ])("may be in any script: %s", (text) => expect(kept(text)).toBe(text.normalize("NFC")));

  it("is kept in its composed form, with one plain space between words and none around them", () => {
    expect(kept("Kundmo\u0308te")).toBe("Kundmöte");
    expect(kept("\u00a0 Daily\u3000 \t report ")).toBe("Daily report");
  });

  it.each([
    ["a line break", "two\nlines"],
    ["a control character", "bell\u0007"],
    ["a bidi override", "invoice\u202efdp.exe"],
    ["a bidi isolate", "a\u2066b"],
    ["a zero-width space", "Re\u200bview"],
    ["a joiner between Latin letters", "Re\u200dview"],
    ["a joiner at the end", "می\u200c"],
    ["a soft hyphen", "Re\u00adview"],
    ["a letter that is not seen", "\u3164"],
    ["a variation selector", "a\ufe0f"],
    ["a tag character", "a\u{e0041}"],
    ["a byte order mark", "a\ufeffb"],
    ["a character for private use", "a\ue000"],
    ["a line separator", "a\u2028b"],
  ])("with %s is refused", (_what, text) =>
    expect(fault(text)).toMatch(/^must not have characters that are not seen|^must begin/),
  );

  it("with a heap of marks on one letter is refused, and so is one that begins with a mark", () => {
    expect(fault(`Z${"\u0300".repeat(40)}algo`)).toBe("must not have more than four marks on one letter");
    expect(fault("\u0301a")).toContain("must begin with a letter or a digit");
  });

  it("has no pictures and no other punctuation", () => {
    expect(fault("Deploy 🚀")).toContain('not "🚀"');
    expect(fault("a/b")).toContain('not "/"');
  });

  it("is counted in characters, whatever room they take", () => {
    expect(fault("𠮷".repeat(80))).toBeUndefined();
    expect(fault("𠮷".repeat(81))).toBe("must be at most 80 characters, not 81");
  });
});

describe("the key of a name", () => {
  it.each([
    ["KUNDMÖTE", "kundmo\u0308te"],
    ["Straße", "STRASSE"],
    ["ΟΔΟΣ", "οδος"],
    ["ОТЧЁТ", "отчёт"],
    ["می\u200cخواهم", "میخواهم"],
    ["Nightly Report", " nightly REPORT "],
  ])("is the same of %s and %s", (one, other) => expect(nameKey(one)).toBe(nameKey(other)));

  it("is another one of other letters", () => {
    expect(nameKey("Kundmöte")).not.toBe(nameKey("Kundmote"));
    expect(nameKey("a (2)")).not.toBe(nameKey("a"));
  });

  it("is the lower case of names in ASCII, as it was before there were others", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,78}[A-Za-z0-9]$/), (text) => {
        expect(nameKey(text)).toBe(text.toLowerCase());
      }),
    );
  });

  it("stays what it is, and so does a name that is tidy, and fits a key of the table", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
        expect(nameKey(nameKey(text))).toBe(nameKey(text));
        expect(tidyName(tidyName(text))).toBe(tidyName(text));
        const { success, data } = name.safeParse(text);
        if (success) expect(new TextEncoder().encode(nameKey(data)).length).toBeLessThan(1000);
      }),
    );
  });
});

it("parameter stores and API keys take letters of any script, and nothing that is not seen", () => {
  expect(parameterStoreName.parse("Geheim-Wörter")).toBe("Geheim-Wörter");
  expect(parameterStoreName.safeParse("a b").success).toBe(false);
  expect(apiKeyInput.parse({ name: "CI: für R&D" }).name).toBe("CI: für R&D");
  expect(apiKeyInput.safeParse({ name: "a\u202eb" }).success).toBe(false);
  expect(apiKeyInput.safeParse({ name: "\u3164" }).success).toBe(false);
});
