import * as z from "zod";

/** `use1-az1,use1-az2`: ids, because the names of zones mean something else in every account. */
const zoneIds = z
  .string()
  .transform((text) => text.split(",").map((id) => id.trim()))
  .transform((ids) => ids.filter((id) => id !== ""))
  .pipe(z.array(z.string().regex(/^[a-z]+[0-9]+-az[0-9]+$/, "zones go by their ids, such as use1-az1,use1-az2")));

/** What the operator says about a stage, each by its variable, at a deployment or in SST's `.env` files. */
const settings = z.object({
  /** Sender of Errand's e-mail, `address` or `Name <address>`. Without it no mail is sent and runs show so. */
  ERRAND_MAIL_FROM: z.string().trim().default(""),
  /** Who is told about alarms. Without it the topic exists and has no subscriber. */
  ERRAND_ALARM_EMAIL: z.union([z.email(), z.literal("")]).default(""),
  /** Where people open runs; links in e-mails point there. By default CloudFront's own. */
  ERRAND_CONSOLE_URL: z.union([z.url({ protocol: /^https$/ }), z.literal("")]).default(""),
  /** What runners' images and containers are built for. */
  ERRAND_ARCHITECTURE: z
    .union([z.enum(["arm64", "x86_64"]), z.literal("").transform(() => "arm64" as const)])
    .default("arm64"),
  /** The zones that runners start in, by id and with commas between. By default two that can. */
  ERRAND_ZONES: zoneIds.prefault(""),
});

export interface Settings {
  readonly mailFrom: string;
  readonly alarmEmail: string;
  readonly consoleUrl: string;
  readonly architecture: "arm64" | "x86_64";
  readonly zones: readonly string[];
}

/** The variable of each setting. */
export const settingVariables = {
  mailFrom: "ERRAND_MAIL_FROM",
  alarmEmail: "ERRAND_ALARM_EMAIL",
  consoleUrl: "ERRAND_CONSOLE_URL",
  architecture: "ERRAND_ARCHITECTURE",
  zones: "ERRAND_ZONES",
} as const satisfies Record<keyof Settings, keyof z.input<typeof settings>>;

/** Throws a ZodError that names the variable when one is malformed. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const parsed = settings.parse(environment);
  return {
    mailFrom: parsed.ERRAND_MAIL_FROM,
    alarmEmail: parsed.ERRAND_ALARM_EMAIL,
    consoleUrl: parsed.ERRAND_CONSOLE_URL,
    architecture: parsed.ERRAND_ARCHITECTURE,
    zones: parsed.ERRAND_ZONES,
  };
}

/** The bare address of `Name <address>` or `address`; undefined when there is none. */
export function addressOf(mailFrom: string): string | undefined {
  const address = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom;
  return /^[^\s@]+@[^\s@]+$/.test(address) ? address : undefined;
}
