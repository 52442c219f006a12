import type { Task } from "../contract/task.ts";
import { plainText } from "../contract/terminal-text.ts";

/** Exactly this value as JSON, with what would steer or reorder a terminal spelled out. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The text on one line of at most `width` characters, with … where something was left out. */
export function oneLine(text: string, width: number): string {
  const line = [...plainText(text).replace(/\s+/g, " ").trim()];
  return line.length <= width ? line.join("") : `${line.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** US dollars: cents, or four digits where cents would say nothing. */
export function money(usd: number | null): string {
  if (usd === null) return "–";
  if (usd > 0 && usd < 0.00005) return "<$0.0001";
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
}

/** Milliseconds in the two units that matter. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const steps = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
] as const;
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** An instant as people say it: `3 minutes ago`, `in 2 hours`; beyond four weeks the local date. */
export function relative(instant: string | null, now: Date): string {
  if (instant === null) return "–";
  const distance = Date.parse(instant) - now.getTime();
  const size = Math.abs(distance);
  if (size > 28 * 86_400_000) return localTime(instant).slice(0, 10);
  const step = steps.find(([length]) => size >= length);
  if (step) return words.format(Math.round(distance / step[0]), step[1]);
  return distance > 0 ? "now" : "just now";
}

const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
const zoneName = new Intl.DateTimeFormat("en", { timeZoneName: "short" });

/** An instant in the local zone: `2027-01-31 09:00:00`. */
function localTime(instant: string): string {
  return local.format(new Date(instant));
}

/** An instant in the local zone with the zone's name and the distance from now. */
export function fullTime(instant: string | null, now: Date): string {
  if (instant === null) return "–";
  return `${zonedTime(instant)} (${relative(instant, now)})`;
}

function zonedTime(instant: string): string {
  const zone = zoneName.formatToParts(new Date(instant)).find((part) => part.type === "timeZoneName")?.value;
  return `${localTime(instant)} ${zone}`;
}

/** When the task runs, in words, with its zone. */
export function scheduleWords(task: Pick<Task, "schedule" | "scheduleText">): string {
  const { schedule } = task;
  if (schedule.type === "once") return `Once at ${zonedTime(schedule.at)}`;
  if (schedule.type === "manual" || task.scheduleText.includes(schedule.timezone)) return task.scheduleText;
  return `${task.scheduleText} (${schedule.timezone})`;
}
