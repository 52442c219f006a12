import * as z from "zod";
import { instant } from "./instant.ts";

/** The schedules people pick most, by the name the console and the CLI offer. Times are in the schedule's time zone. */
export const schedulePresets = {
  "every-15-minutes": { label: "Every 15 minutes", expression: "*/15 * * * *" },
  hourly: { label: "Hourly", expression: "0 * * * *" },
  "daily-9am": { label: "Daily at 9am", expression: "0 9 * * *" },
  "weekdays-9am": { label: "Weekdays at 9am", expression: "0 9 * * 1-5" },
  "weekly-monday-9am": { label: "Weekly Mon at 9am", expression: "0 9 * * 1" },
} as const;
export type SchedulePreset = keyof typeof schedulePresets;
const presetNames = Object.keys(schedulePresets) as [SchedulePreset, ...SchedulePreset[]];

const timezone = z.string().trim().min(1, "must not be empty").max(64);
const zoneOfNew = timezone.default("UTC").describe("IANA time zone, such as Europe/Stockholm. Default: UTC.");
const zoneOfOld = timezone
  .optional()
  .describe("IANA time zone, such as Europe/Stockholm. Absent: the one the task has, or had before it was manual.");

const cron = {
  type: z.literal("cron"),
  expression: z.string().max(200).optional().describe("Five fields or an @macro."),
  preset: z.enum(presetNames).nullable().optional().describe("A named expression, instead of `expression`."),
};
const once = { type: z.literal("once"), at: instant };
const manual = z.strictObject({
  type: z.literal("manual"),
  timezone: timezone.optional().describe("Kept for when the task gets a schedule again."),
});
const kinds = { error: "must be cron, once or manual" };

/** A cron needs its times once; a client may send back both of what it read, as they agree. */
function checkTimes(
  value: { type: string; expression?: string; preset?: SchedulePreset | null },
  context: z.RefinementCtx,
) {
  if (value.type !== "cron") return;
  const { expression, preset } = value;
  const message =
    expression === undefined && !preset
      ? "give an expression or a preset"
      : expression !== undefined && preset && expression.trim() !== schedulePresets[preset].expression
        ? "give an expression or a preset, not both"
        : undefined;
  if (message) context.addIssue({ code: "custom", path: ["expression"], message });
}

/** The schedule of a new task, or one to preview. A cron has an expression or a preset. */
export const scheduleInput = z
  .discriminatedUnion(
    "type",
    [z.strictObject({ ...cron, timezone: zoneOfNew }), z.strictObject({ ...once, timezone: zoneOfNew }), manual],
    kinds,
  )
  .superRefine(checkTimes);
export type ScheduleInput = z.infer<typeof scheduleInput>;

/** The same for a task that has one already: without a time zone it keeps its own. */
export const scheduleChange = z
  .discriminatedUnion(
    "type",
    [z.strictObject({ ...cron, timezone: zoneOfOld }), z.strictObject({ ...once, timezone: zoneOfOld }), manual],
    kinds,
  )
  .superRefine(checkTimes);
export type ScheduleChange = z.infer<typeof scheduleChange>;

/** A schedule as it is kept and shown: `preset` names the preset whose expression this is, if any. */
export const schedule = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("cron"),
    expression: z.string(),
    timezone: z.string(),
    preset: z.enum(presetNames).nullable(),
  }),
  z.object({ type: z.literal("once"), at: z.string(), timezone: z.string() }),
  z.object({
    type: z.literal("manual"),
    timezone: z.string().optional().describe("The one it had before it was manual."),
  }),
]);
export type Schedule = z.infer<typeof schedule>;

export const schedulePreview = z.object({
  description: z.string().describe("The schedule in words."),
  next: z.array(z.string()).describe("The next ten instants, ISO 8601 in UTC. Empty for manual."),
});
