import { ScheduleError } from "./error.ts";
import { nearZones } from "./near-zones.ts";

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

/** The names without a region that the IANA database has (tzdata 2024b): ICU knows others too, some of them ambiguous. */
const PLAIN_NAMES = new Set(
  (
    "CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran " +
    "Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK " +
    "Singapore Turkey UCT UTC Universal W-SU WET Zulu"
  )
    .toLowerCase()
    .split(" "),
);

/**
 * The IANA name of a time zone in its proper case; other names of a zone become its main one (US/Eastern is
 * America/New_York, Japan is Asia/Tokyo). Offsets are refused, as EventBridge Scheduler takes names only, and so are
 * abbreviations that IANA does not list: IST is three countries' time, and ICU would pick one.
 * @throws ScheduleError
 */
export function canonicalTimeZone(name: string): string {
  const modern = MODERN_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (modern) return modern;
  const resolved = resolve(name);
  const regional = name.includes("/") && !/^systemv\//i.test(name);
  if (resolved !== undefined && (regional || PLAIN_NAMES.has(name.toLowerCase()))) return resolved;
  throw new ScheduleError("timezone", refusalOf(name, resolved));
}

/** Whether two names, as `canonicalTimeZone` answers them, are of one zone: Europe/Kiev is Europe/Kyiv. */
export function isSameZone(one: string, other: string): boolean {
  return resolve(one) === resolve(other);
}

function refusalOf(name: string, resolved: string | undefined): string {
  const instead = "use an IANA name such as Europe/Stockholm, or UTC.";
  if (/^(UTC|GMT)?[+-]\d/i.test(name)) return `"${name}" is an offset, which no zone keeps all year: ${instead}`;
  if (resolved !== undefined && !name.includes("/")) {
    return `"${name}" is an abbreviation that can mean several zones: ${instead}`;
  }
  const near = nearZones(name).join(" or ");
  return `"${name}" is not a known time zone: ${near ? `did you mean ${near}?` : instead}`;
}

function resolve(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
