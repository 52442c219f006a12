import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as client from "@aws-sdk/client-sesv2";
import addressParser from "nodemailer/lib/addressparser";
import MailComposer from "nodemailer/lib/mail-composer";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";

const model = loadModel({ service: "ses", protocol: "restJson1", client, invalid: "BadRequestException" });

type SendEmail = Checked<client.SendEmailRequest>;

const ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
const MAX_RECIPIENTS = 50;

/**
 * SESv2. Nothing leaves the machine: each mail becomes one `.eml` file in `<dataDir>/mail`, named by time and message
 * id. `verifiedIdentities` are the addresses and domains that may send; undefined lets every address send.
 */
export function ses(context: AwsContext, verifiedIdentities: readonly string[] | undefined): Service {
  const folder = join(context.dataDir, "mail");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);

  async function sendEmail(input: SendEmail): Promise<Answer<client.SendEmailResponse>> {
    const recipients = checkRecipients(input);
    if (input.Content.Template)
      throw new AwsError("NotImplemented", "SendEmail with a Template is not built here.", { status: 501 });
    const raw = input.Content.Raw?.Data;
    if (!raw && !input.Content.Simple) throw badRequest("Content must hold exactly one of Simple, Raw and Template.");
    const from = input.FromEmailAddress ?? (raw && rawHeader(raw, "from"));
    if (!from) throw badRequest("FromEmailAddress is missing.");
    checkVerified(checkAddress(from));
    if (raw && recipients === 0 && !rawHeader(raw, "to")) throw badRequest("The mail has no recipient.");
    const messageId = `${context.now().toString(16).padStart(16, "0")}-${randomUUID()}-000000`;
    write(messageId, raw ?? (await compose(input, from, messageId)));
    return { MessageId: messageId };
  }

  function checkVerified(address: string): void {
    if (!verifiedIdentities) return;
    const domain = address.slice(address.indexOf("@") + 1).toLowerCase();
    const verified = verifiedIdentities.some((identity) =>
      [address.toLowerCase(), domain].includes(identity.toLowerCase()),
    );
    if (verified) return;
    const region = context.region.toUpperCase();
    throw new AwsError(
      "MessageRejected",
      `Email address is not verified. The following identities failed the check in region ${region}: ${address}`,
    );
  }

  function compose(input: SendEmail, from: string, messageId: string): Promise<Uint8Array> {
    const simple = input.Content.Simple;
    const mail = new MailComposer({
      from,
      to: input.Destination?.ToAddresses ?? [],
      cc: input.Destination?.CcAddresses ?? [],
      replyTo: input.ReplyToAddresses ?? [],
      subject: simple?.Subject.Data ?? "",
      text: simple?.Body.Text?.Data,
      html: simple?.Body.Html?.Data,
      headers: (simple?.Headers ?? []).map(({ Name: key, Value: value }) => ({ key, value })),
      attachments: (simple?.Attachments ?? []).map((attachment) => ({
        filename: attachment.FileName,
        content: Buffer.from(attachment.RawContent),
        contentType: attachment.ContentType,
      })),
      date: new Date(context.now()),
      messageId: `<${messageId}@email.amazonses.com>`,
    });
    return mail.compile().build();
  }

  /** Written aside and renamed, so that a mail which is there is whole. */
  function write(messageId: string, content: Uint8Array): void {
    const time = new Date(context.now()).toISOString().replaceAll(":", "-");
    const file = join(folder, `${time}-${messageId}.eml`);
    writeFileSync(`${file}.part`, content, { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }

  return { model, handlers: { SendEmail: sendEmail } };
}

/** Checks every recipient's address and gives their number. */
function checkRecipients(input: SendEmail): number {
  const { ToAddresses: to = [], CcAddresses: cc = [], BccAddresses: bcc = [] } = input.Destination ?? {};
  const all = [...to, ...cc, ...bcc];
  if (all.length === 0 && !input.Content.Raw) throw badRequest("Destination must name at least one recipient.");
  if (all.length > MAX_RECIPIENTS) throw badRequest(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  for (const address of all) checkAddress(address);
  return all.length;
}

/** The bare address out of `address` or `Name <address>`. Throws BadRequestException. */
function checkAddress(text: string): string {
  const parsed = addressParser(text, { flatten: true });
  const address = parsed[0]?.address ?? "";
  if (parsed.length !== 1 || !ADDRESS.test(address) || /[\r\n]/.test(text))
    throw badRequest(`Illegal address: ${text}`);
  return address;
}

function rawHeader(raw: Uint8Array, name: string): string | undefined {
  const head =
    Buffer.from(raw)
      .toString("latin1")
      .split(/\r?\n\r?\n/)[0] ?? "";
  const unfolded = head.replace(/\r?\n[ \t]+/g, " ");
  return new RegExp(`^${name}:\\s*(.+)$`, "im").exec(unfolded)?.[1]?.trim();
}

function badRequest(message: string): AwsError {
  return new AwsError("BadRequestException", message);
}
