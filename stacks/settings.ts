import * as z from "zod";

/** What the operator says at deploy time, through the environment or SST's `.env` files. */
const settings = z.object({
  /** Sender of Errand's e-mail, `address` or `Name <address>`. Without it no mail is sent and runs show so. */
  ERRAND_MAIL_FROM: z.string().trim().default(""),
  /** Who is told about alarms. Without it the topic exists and has no subscriber. */
  ERRAND_ALARM_EMAIL: z.union([z.email(), z.literal("")]).default(""),
  /** Where people open runs; links in e-mails point there. By default CloudFront's own. */
  ERRAND_CONSOLE_URL: z.union([z.url({ protocol: /^https$/ }), z.literal("")]).default(""),
});

export interface Settings {
  readonly mailFrom: string;
  readonly alarmEmail: string;
  readonly consoleUrl: string;
}

/** Throws a ZodError that names the variable when one is malformed. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const parsed = settings.parse(environment);
  return {
    mailFrom: parsed.ERRAND_MAIL_FROM,
    alarmEmail: parsed.ERRAND_ALARM_EMAIL,
    consoleUrl: parsed.ERRAND_CONSOLE_URL,
  };
}

/** The bare address of `Name <address>` or `address`; undefined when there is none. */
export function addressOf(mailFrom: string): string | undefined {
  const address = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom;
  return /^[^\s@]+@[^\s@]+$/.test(address) ? address : undefined;
}
