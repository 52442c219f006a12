import { ScheduleError } from "./error.ts";

/** Names of today that Node's ICU still answers with a former one (Asia/Calcutta): whoever wrote them keeps them. */
const MODERN_NAMES = [
  "Africa/Asmara",
  "America/Argentina/Buenos_Aires",
  "America/Argentina/Catamarca",
  "America/Argentina/Cordoba",
  "America/Argentina/Jujuy",
  "America/Argentina/Mendoza",
  "America/Atikokan",
  "America/Indiana/Indianapolis",
  "America/Kentucky/Louisville",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Yangon",
  "Atlantic/Faroe",
  "Europe/Kyiv",
  "Pacific/Chuuk",
  "Pacific/Kanton",
  "Pacific/Pohnpei",
];

/**
 * The IANA name of a time zone in its proper case; other names of a zone become its main one (US/Eastern is
 * America/New_York). Offsets are refused, as EventBridge Scheduler takes names only, and so are abbreviations: IST is
 * three countries' time, and ICU would pick one.
 * @throws ScheduleError
 */
export function canonicalTimeZone(name: string): string {
  const modern = MODERN_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (modern) return modern;
  const resolved = resolve(name);
  const regional = name.includes("/") && !/^systemv\//i.test(name);
  if (resolved !== undefined && (resolved === "UTC" || regional)) return resolved;
  throw new ScheduleError(
    "timezone",
    `"${name}" is not a known time zone: use an IANA name such as Europe/Stockholm, or UTC.`,
  );
}

function resolve(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
