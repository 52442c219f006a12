import { scheduleInput, schedulePreview } from "../schedule.ts";
import type { Operation } from "./operation.ts";

/** Schedules, before they belong to a task. */
export const scheduleOperations = {
  previewSchedule: {
    method: "POST",
    path: "/api/schedules/preview",
    summary: "Tell what a schedule means and when it fires next",
    access: "viewer",
    body: scheduleInput,
    status: 200,
    output: schedulePreview,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
