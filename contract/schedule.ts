import * as z from "zod";

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

const timezone = z.string().min(1).max(64).describe("IANA time zone, such as Europe/Stockholm. Default: UTC.");

const cronInput = z.strictObject({
  type: z.literal("cron"),
  expression: z.string().min(1).max(200).optional().describe("Five fields or an @macro."),
  preset: z.enum(presetNames).optional().describe("A named expression, instead of `expression`."),
  timezone: timezone.default("UTC"),
});
const onceInput = z.strictObject({
  type: z.literal("once"),
  at: z.iso.datetime({ offset: true, error: "must be an instant with an offset, such as 2027-01-31T09:00:00Z" }),
  timezone: timezone.default("UTC"),
});
const manualInput = z.strictObject({ type: z.literal("manual") });

/** A schedule as a client gives it. A cron has exactly one of `expression` and `preset`. */
export const scheduleInput = z
  .discriminatedUnion("type", [cronInput, onceInput, manualInput], { error: "must be cron, once or manual" })
  .superRefine((value, context) => {
    if (value.type !== "cron") return;
    const given = [value.expression, value.preset].filter((part) => part !== undefined).length;
    if (given === 1) return;
    const message = given === 0 ? "give an expression or a preset" : "give an expression or a preset, not both";
    context.addIssue({ code: "custom", path: ["expression"], message });
  });
export type ScheduleInput = z.infer<typeof scheduleInput>;

/** A schedule as it is kept and shown: `preset` names the preset whose expression this is, if any. */
export const schedule = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("cron"),
    expression: z.string(),
    timezone: z.string(),
    preset: z.enum(presetNames).nullable(),
  }),
  z.object({ type: z.literal("once"), at: z.string(), timezone: z.string() }),
  z.object({ type: z.literal("manual") }),
]);
export type Schedule = z.infer<typeof schedule>;

export const schedulePreview = z.object({
  description: z.string().describe("The schedule in words."),
  next: z.array(z.string()).describe("The next five instants, ISO 8601 in UTC. Empty for manual."),
});
