import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import PostalMime from "postal-mime";
import { expect, it } from "vitest";
import { refusal, testAws } from "../test-aws.ts";

const mail = (over: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  FromEmailAddress: "Errand <errand@example.com>",
  Destination: { ToAddresses: ["ada@example.org"] },
  Content: { Simple: { Subject: { Data: "Fertig: größer" }, Body: { Text: { Data: "Hallo\n" } } } },
  ...over,
});

async function sesClient(verifiedIdentities?: string[]) {
  const aws = await testAws(verifiedIdentities ? { verifiedIdentities } : {});
  const ses = new SESv2Client(aws.client);
  const folder = join(aws.dataDir, "mail");
  return {
    send: (input: SendEmailCommandInput) => ses.send(new SendEmailCommand(input)),
    files: () => readdirSync(folder).map((name) => join(folder, name)),
  };
}

it("writes a simple mail as one .eml that only its owner can read", async () => {
  const { send, files } = await sesClient();
  const { MessageId } = await send(mail({ ReplyToAddresses: ["team@example.com"] }));
  const [file = ""] = files();
  expect(file).toMatch(new RegExp(`/2026-03-01T00-00-30.000Z-${MessageId}\\.eml$`));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const read = await PostalMime.parse(readFileSync(file));
  expect(read).toMatchObject({
    from: { name: "Errand", address: "errand@example.com" },
    to: [{ address: "ada@example.org" }],
    replyTo: [{ address: "team@example.com" }],
    subject: "Fertig: größer",
    text: "Hallo\n",
    messageId: `<${MessageId}@email.amazonses.com>`,
  });
});

it("writes a raw mail as it is", async () => {
  const { send, files } = await sesClient();
  const raw = "From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nbody\r\n";
  await send({ Content: { Raw: { Data: Buffer.from(raw) } } });
  expect(readFileSync(files()[0] ?? "", "utf8")).toBe(raw);
});

it("lets only verified addresses and domains send, when it is told which", async () => {
  const { send, files } = await sesClient(["example.com", "ada@example.org"]);
  await send(mail());
  await send(mail({ FromEmailAddress: "Ada@example.org" }));
  expect(await refusal(send(mail({ FromEmailAddress: "bob@example.org" })))).toMatch(/^MessageRejected.*not verified/);
  expect(files()).toHaveLength(2);
});

it.each([
  ["no sender", { FromEmailAddress: undefined }, /^BadRequestException/],
  ["an illegal sender", { FromEmailAddress: "errand" }, /^BadRequestException/],
  ["an illegal recipient", { Destination: { ToAddresses: ["a@b\r\nBcc: c@d"] } }, /^BadRequestException/],
  ["no recipient", { Destination: {} }, /^BadRequestException/],
  ["51 recipients", { Destination: { ToAddresses: Array.from({ length: 51 }, () => "a@b.c") } }, /^BadRequest/],
  ["no content", { Content: {} }, /^BadRequestException/],
  ["a template", { Content: { Template: { TemplateName: "t" } } }, /^NotImplemented/],
])("refuses %s", async (_what, over, expected) => {
  const { send, files } = await sesClient();
  expect(await refusal(send(mail(over as Partial<SendEmailCommandInput>)))).toMatch(expected);
  expect(files()).toEqual([]);
});
