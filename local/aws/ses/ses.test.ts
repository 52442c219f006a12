import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SESClient, SendRawEmailCommand, type SendRawEmailCommandInput } from "@aws-sdk/client-ses";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { refusal, testAws } from "../test-aws.ts";
import type { SesAccount } from "./ses.ts";

/** A mail with these headers. */
const raw = (headers: Record<string, string> = {}) => {
  const all = { From: "Errand <errand@example.com>", To: "ada@example.org", Subject: "Fertig", ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === "" ? [] : [`${name}: ${value}`]));
  return { RawMessage: { Data: Buffer.from(`${lines.join("\r\n")}\r\n\r\nHallo\r\n`) } };
};

async function sesClient(account?: SesAccount) {
  const aws = await testAws(account ? { ses: account } : {});
  const ses = new SESClient({ ...aws.client, maxAttempts: 1 });
  const folder = join(aws.dataDir, "mail");
  return {
    send: (input: SendRawEmailCommandInput) => ses.send(new SendRawEmailCommand(input)),
    files: () => readdirSync(folder).map((name) => join(folder, name)),
  };
}

it("writes a mail as one .eml that only its owner can read, under an id of its own", async () => {
  const { send, files } = await sesClient();
  const { MessageId } = await send({ ...raw(), Source: "errand@example.com", Destinations: ["ada@example.org"] });
  const [file = ""] = files();
  expect(file).toMatch(new RegExp(`/2026-03-01T00-00-30.000Z-${MessageId}\\.eml$`));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await PostalMime.parse(readFileSync(file))).toMatchObject({
    from: { name: "Errand", address: "errand@example.com" },
    to: [{ address: "ada@example.org" }],
    subject: "Fertig",
    text: expect.stringMatching(/^Hallo\r?\n$/),
    messageId: `<${MessageId}@email.amazonses.com>`,
  });
});

describe("an account that knows its identities", () => {
  const identities = { "example.com": {}, "ada@example.org": {} };

  it("lets verified addresses and domains send, to anybody", async () => {
    const { send, files } = await sesClient({ identities });
    await send(raw({ To: "eve@example.net" }));
    await send(raw({ From: "Ada@example.org" }));
    expect(await refusal(send(raw({ From: "bob@example.org" })))).toBe(
      "MessageRejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: bob@example.org",
    );
    expect(await refusal(send({ ...raw(), Source: "bob@example.org" }))).toMatch(/^MessageRejected.*bob@example.org$/);
    expect(files()).toHaveLength(2);
  });

  it("sends to verified recipients only while it is in the sandbox", async () => {
    const { send, files } = await sesClient({ identities, sandbox: true });
    await send(raw());
    expect(await refusal(send(raw({ To: "ada@example.org, eve@example.net" })))).toMatch(
      /^MessageRejected: Email address is not verified\..* EU-WEST-1: eve@example\.net$/,
    );
    expect(files()).toHaveLength(1);
  });

  it("sends through the identity's configuration set, or the one that is asked for, if it is there", async () => {
    const account = { identities: { "example.com": { configurationSet: "usual" } }, configurationSets: ["usual"] };
    await (await sesClient(account)).send(raw());
    const { send } = await sesClient({ ...account, configurationSets: ["other"] });
    await send({ ...raw(), ConfigurationSetName: "other" });
    const gone = /^ConfigurationSetDoesNotExist\w*: Configuration set <usual> does not exist\.$/;
    expect(await refusal(send(raw()))).toMatch(gone);
    expect(await refusal(send(raw({ "X-SES-CONFIGURATION-SET": "usual" })))).toMatch(gone);
  });

  it("sends nothing of an identity whose MAIL FROM domain is not set up, and nothing while it is paused", async () => {
    const unverified = await sesClient({ identities: { "example.com": { mailFromUnverified: true } } });
    expect(await refusal(unverified.send(raw()))).toMatch(/^MailFromDomainNotVerifiedException: /);
    const paused = await sesClient({ paused: true });
    expect(await refusal(paused.send(raw()))).toMatch(/^AccountSendingPausedException: /);
  });
});

it.each([
  ["no sender", raw({ From: "" }), /^InvalidParameterValue: Missing required header 'From'/],
  ["a sender without a domain", raw({ From: "errand" }), /^InvalidParameterValue: Missing final '@domain'/],
  ["an illegal recipient", { ...raw(), Destinations: ["a@b@c.d"] }, /^InvalidParameterValue: Illegal address/],
  ["no recipient", raw({ To: "" }), /^InvalidParameterValue/],
  ["51 recipients", { ...raw(), Destinations: Array.from({ length: 51 }, () => "a@b.c") }, /^InvalidParameterValue/],
  ["no mail", {}, /^ValidationError/],
])("refuses %s", async (_what, input, expected) => {
  const { send, files } = await sesClient();
  expect(await refusal(send(input as SendRawEmailCommandInput))).toMatch(expected);
  expect(files()).toEqual([]);
});
