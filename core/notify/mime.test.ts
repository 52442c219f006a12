import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, it } from "vitest";
import { mailboxOf, mimeOf } from "./mime.ts";

const date = new Date("2027-01-31T09:00:00Z");
const mail = { from: "Errand <errand@example.com>", to: "ann@example.com", subject: "Done", text: "Hello\n", date };

it("says what it was given, whatever that is made of", async () => {
  const text = fc.string({ unit: "grapheme" }).map((value) => value.replace(/\p{Cc}/gu, ""));
  await fc.assert(
    fc.asyncProperty(text, text, async (subject, body) => {
      const read = await PostalMime.parse(mimeOf({ ...mail, subject: `<${subject}>`, text: `<${body}>\n` }));
      expect(read.subject).toBe(`<${subject}>`);
      expect(read.text).toBe(`<${body}>\n`);
    }),
  );
});

it("keeps to lines of 7-bit text that any server takes", () => {
  const wild = mimeOf({
    ...mail,
    from: "Größe 🎉 <errand@example.com>",
    subject: "ü".repeat(500),
    text: "ß".repeat(5000),
  });
  for (const line of wild.split("\r\n")) expect(line).toMatch(/^[\x20-\x7e]{0,76}$/);
});

it("can be read as it is where it is ASCII, by who opens the file", () => {
  const text = "Nightly review: Completed\n\nCost      $0.0045\n";
  expect(mimeOf({ ...mail, text })).toMatch(/\r\n\r\nNightly review: Completed\r\n\r\nCost {6}\$0\.0045\r\n$/);
});

it("lets nothing in a subject or a name begin a header of its own", async () => {
  const text = mimeOf({
    ...mail,
    from: "E\r\nBcc: eve@example.com <errand@example.com>",
    subject: "x\r\nBcc: eve@example.com",
  });
  const read = await PostalMime.parse(text);
  expect(read.bcc).toBeUndefined();
  expect(read.from?.address).toBe("errand@example.com");
});

it("is marked as sent by a machine", async () => {
  const { headers } = await PostalMime.parse(mimeOf(mail));
  expect(headers.find(({ key }) => key === "auto-submitted")?.value).toBe("auto-generated");
});

it.each([
  ["errand@example.com", "", "errand@example.com"],
  ["Errand at work <errand@example.com>", "Errand at work", "errand@example.com"],
  ['"Errand, Inc." <errand@example.com>', "Errand, Inc.", "errand@example.com"],
])("reads the mailbox %s", (text, name, address) => {
  expect(mailboxOf(text)).toEqual({ name, address });
});
