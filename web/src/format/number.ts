import { language } from "./language.ts";

const whole = new Intl.NumberFormat(language);
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
const money = usd(2);
const smallMoney = usd(4);

function usd(digits: number): Intl.NumberFormat {
  const style = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
  return new Intl.NumberFormat(language, { ...style, minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const formatNumber = (value: number): string => whole.format(value);

/** 12,300 as "12.3K". */
export const formatCompact = (value: number): string => compact.format(value);

/** US dollars; below one dollar to a hundredth of a cent, because runs cost that little. As many digits each time. */
export function formatMoney(usd: number): string {
  return Math.abs(usd) < 0.99995 ? smallMoney.format(usd) : money.format(usd);
}

const formats = new Map<string, Intl.NumberFormat>();

function unit(value: number, name: string, digits = 0): string {
  const key = `${name}.${digits}`;
  const format =
    formats.get(key) ??
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: "narrow",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  formats.set(key, format);
  return format.format(value);
}

/** Milliseconds as people read them: "0.4s", "12s", "3m 5s", "1h 4m". */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return unit(Math.max(ms, 0) / 1000, "second", 1);
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${unit(hours, "hour")} ${unit(minutes, "minute")}`;
  if (minutes > 0) return `${unit(minutes, "minute")} ${unit(seconds % 60, "second")}`;
  return unit(seconds, "second");
}

/** A size for people: "830 B", "12 kB", "1.4 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return unit(bytes, "byte");
  return bytes < 1_000_000 ? unit(bytes / 1000, "kilobyte") : unit(bytes / 1_000_000, "megabyte", 1);
}
