import { SESClient, SESServiceException, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { clientDefaults, lazy } from "./client.ts";

/** One try only: SES has no client token, so a call whose answer was lost may have sent. The outbox paces the tries. */
const client = lazy(() => new SESClient({ ...clientDefaults, maxAttempts: 1 }));

interface Mail {
  /** Bare addresses. */
  from: string;
  to: string;
  /** The whole mail as RFC 5322 has it. */
  raw: string;
}

/** SES did not take a mail. The message says why and what to do. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
  /** The same mail would be refused again until somebody has changed something. */
  readonly forGood: boolean;

  constructor(message: string, options: { forGood: boolean; cause: unknown }) {
    super(message, { cause: options.cause });
    this.forGood = options.forGood;
  }
}

/** Throws MailRefused. */
export async function sendMail(mail: Mail): Promise<void> {
  const message = { Source: mail.from, Destinations: [mail.to], RawMessage: { Data: Buffer.from(mail.raw) } };
  try {
    await client().send(new SendRawEmailCommand(message));
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const { sentence, forGood } = explain(cause instanceof SESServiceException ? cause.name : "", said, mail);
    throw new MailRefused(sentence, { forGood, cause });
  }
}

function explain(name: string, said: string, mail: Mail): { sentence: string; forGood: boolean } {
  const forGood = (sentence: string) => ({ sentence, forGood: true });
  const forNow = (sentence: string) => ({ sentence, forGood: false });
  switch (name.replace(/Exception$/, "")) {
    case "MessageRejected":
      return forGood(unverified(said, mail) ?? `SES rejected the mail: ${said}`);
    case "MailFromDomainNotVerified":
      return forGood(
        `The custom MAIL FROM domain of ${mail.from} is not verified in SES. Publish its MX record, or take the domain off the identity.`,
      );
    case "ConfigurationSetDoesNotExist":
      return forGood(
        `The identity of ${mail.from} in SES names a configuration set that does not exist. Make it, or take it off the identity.`,
      );
    case "AccessDenied":
      return forGood(
        `AWS does not let Errand send as ${mail.from}. Deploy again with ERRAND_MAIL_FROM set to this address.`,
      );
    case "InvalidParameterValue":
    case "InvalidParameterCombination":
      return forGood(`SES does not take a mail from ${mail.from} to ${mail.to}: ${said} Correct the address.`);
    case "AccountSendingPaused":
    case "ConfigurationSetSendingPaused":
      return forNow("SES has paused sending. Its console says why, under reputation metrics, and lets you resume.");
    case "Throttling":
    case "LimitExceeded":
      return forNow(`SES's quota is used up: ${said} Ask for a higher one in the SES console if this lasts.`);
    default:
      return forNow(`SES could not be reached or did not answer as usual: ${said}`);
  }
}

/** SES names the addresses that it wants verified: the sender's, or in the sandbox also the recipient's. */
function unverified(said: string, mail: Mail): string | undefined {
  const [, where, who] = /identities failed the check in region (\S+): (.*)$/.exec(said) ?? [];
  if (where === undefined || who === undefined) return undefined;
  const region = where.toLowerCase();
  return who.includes(mail.from)
    ? `SES does not know ${mail.from} in ${region}. Verify the address or its domain in the SES console.`
    : `SES is in its sandbox in ${region} and sends to verified addresses only. Verify ${mail.to} in the SES console, or ask there for production access.`;
}
