import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { Config } from "../context.ts";
import { clientDefaults, lazy } from "./client.ts";

/** One try only: SES has no client token, so a call whose answer was lost may have sent. The outbox paces the tries. */
const client = lazy(() => new SESv2Client({ ...clientDefaults, maxAttempts: 1 }));

export async function sendMail(config: Config, mail: { to: string; subject: string; text: string }): Promise<void> {
  await client().send(
    new SendEmailCommand({
      FromEmailAddress: config.mailFrom,
      Destination: { ToAddresses: [mail.to] },
      Content: {
        Simple: {
          Subject: { Data: mail.subject, Charset: "UTF-8" },
          Body: { Text: { Data: mail.text, Charset: "UTF-8" } },
        },
      },
    }),
  );
}
