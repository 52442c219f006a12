import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as client from "@aws-sdk/client-ses";
import addressParser from "nodemailer/lib/addressparser";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";

const model = loadModel({ service: "ses", protocol: "awsQuery", client, invalid: "ValidationError" });

type SendRawEmail = Checked<client.SendRawEmailRequest>;

interface SesIdentity {
  /** What mail of this identity goes through where it names no other. */
  readonly configurationSet?: string;
  /** Its custom MAIL FROM domain has no MX record, and it was set up to send nothing then. */
  readonly mailFromUnverified?: boolean;
}

export interface SesAccount {
  /** Verified addresses and domains. Undefined: any address is. */
  readonly identities?: Readonly<Record<string, SesIdentity>>;
  /** Recipients have to be verified as well. */
  readonly sandbox?: boolean;
  readonly configurationSets?: readonly string[];
  readonly paused?: boolean;
}

const ADDRESS = /^[^\s@<>()[\]\\,;:"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
const MAX_RECIPIENTS = 50;

/**
 * SES's first API, as far as raw mail goes. Nothing leaves the machine: each mail becomes one `.eml` file in
 * `<dataDir>/mail`, named by time and message id. What an account refuses is refused in the same words.
 */
export function ses(context: AwsContext, account: SesAccount = {}): Service {
  const folder = join(context.dataDir, "mail");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);

  async function sendRawEmail(input: SendRawEmail): Promise<Answer<client.SendRawEmailResponse>> {
    const raw = Buffer.from(input.RawMessage.Data);
    const header = headerOf(raw);
    const written = header("from");
    if (written === undefined) throw invalid("Missing required header 'From'.");
    const senders = [...new Set([checkAddress(written), ...(input.Source ? [checkAddress(input.Source)] : [])])];
    const recipients = checkRecipients(input.Destinations ?? ["to", "cc", "bcc"].flatMap((name) => header(name) ?? []));
    if (account.paused) {
      throw new AwsError("AccountSendingPausedException", `Email sending is disabled for account ${context.account}.`);
    }
    checkVerified([...senders, ...(account.sandbox ? recipients : [])]);
    for (const sender of senders)
      checkIdentity(sender, input.ConfigurationSetName ?? header("x-ses-configuration-set"));
    const messageId = `${context.now().toString(16).padStart(16, "0")}-${randomUUID()}-000000`;
    write(messageId, raw);
    return { MessageId: messageId };
  }

  function identityOf(address: string): SesIdentity | undefined {
    const domain = address.slice(address.indexOf("@") + 1);
    const known = Object.entries(account.identities ?? {}).map(([name, one]) => [name.toLowerCase(), one] as const);
    const byName = new Map(known);
    return byName.get(address.toLowerCase()) ?? byName.get(domain.toLowerCase());
  }

  function checkVerified(addresses: string[]): void {
    if (account.identities === undefined) return;
    const unverified = addresses.filter((address) => identityOf(address) === undefined);
    if (unverified.length === 0) return;
    const region = context.region.toUpperCase();
    throw new AwsError(
      "MessageRejected",
      `Email address is not verified. The following identities failed the check in region ${region}: ${unverified.join(", ")}`,
    );
  }

  function checkIdentity(sender: string, asked: string | undefined): void {
    const identity = identityOf(sender);
    if (identity?.mailFromUnverified) {
      const message = `The MAIL FROM domain of ${sender} is not verified.`;
      throw new AwsError("MailFromDomainNotVerifiedException", message);
    }
    const configurationSet = asked ?? identity?.configurationSet;
    if (configurationSet === undefined || account.configurationSets?.includes(configurationSet)) return;
    throw new AwsError("ConfigurationSetDoesNotExist", `Configuration set <${configurationSet}> does not exist.`);
  }

  /** Written aside and renamed, so that a mail which is there is whole. */
  function write(messageId: string, raw: Buffer): void {
    const time = new Date(context.now()).toISOString().replaceAll(":", "-");
    const file = join(folder, `${time}-${messageId}.eml`);
    // As SES does, whatever the sender had called it.
    const headed = Buffer.concat([Buffer.from(`Message-ID: <${messageId}@email.amazonses.com>\r\n`), raw]);
    writeFileSync(`${file}.part`, headed, { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }

  const getSendQuota = (): Answer<client.GetSendQuotaResponse> => ({
    Max24HourSend: account.sandbox ? 200 : 50_000,
    MaxSendRate: account.sandbox ? 1 : 14,
    SentLast24Hours: 0,
  });

  const verificationOf = ({
    Identities,
  }: Checked<client.GetIdentityVerificationAttributesRequest>): Answer<client.GetIdentityVerificationAttributesResponse> => {
    const verified = Identities.filter((name) => account.identities === undefined || name in account.identities);
    const entries = verified.map((name) => [name, { VerificationStatus: "Success" as const }]);
    return { VerificationAttributes: Object.fromEntries(entries) };
  };

  return {
    model,
    handlers: {
      SendRawEmail: sendRawEmail,
      GetSendQuota: getSendQuota,
      GetIdentityVerificationAttributes: verificationOf,
    },
  };
}

function checkRecipients(recipients: string[]): string[] {
  const all = recipients.flatMap((text) => addressParser(text, { flatten: true }).map(({ address }) => address));
  if (all.length === 0) throw invalid("Missing required header 'To'.");
  if (all.length > MAX_RECIPIENTS) throw invalid(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  return all.map(checkAddress);
}

/** The bare address out of `address` or `Name <address>`. Throws InvalidParameterValue. */
function checkAddress(text: string): string {
  const parsed = addressParser(text, { flatten: true });
  const address = parsed[0]?.address ?? "";
  if (!address.includes("@")) throw invalid("Missing final '@domain'");
  if (parsed.length !== 1 || !ADDRESS.test(address) || /[\r\n]/.test(text)) throw invalid(`Illegal address: ${text}`);
  return address;
}

/** Reads headers of a mail by their names in lower case. */
function headerOf(raw: Buffer): (name: string) => string | undefined {
  const [head = ""] = raw.toString("latin1").split(/\r?\n\r?\n/);
  const unfolded = head.replace(/\r?\n[ \t]+/g, " ");
  return (name) => new RegExp(`^${name}:\\s*(.+)$`, "im").exec(unfolded)?.[1]?.trim();
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}
