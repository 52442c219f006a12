import type { scheduleOperations } from "../../contract/operations/schedule.ts";
import { invalid } from "../../core/error.ts";
import { describe } from "../../core/schedule/describe.ts";
import { ScheduleError } from "../../core/schedule/error.ts";
import { nextSlots } from "../../core/schedule/next-slots.ts";
import { resolveSchedule } from "../../core/schedule/resolve.ts";
import type { Handlers } from "./handler.ts";

export const scheduleHandlers: Handlers<keyof typeof scheduleOperations> = {
  async previewSchedule(ctx, _caller, { body }) {
    try {
      const schedule = resolveSchedule(body, ctx.now());
      const next = nextSlots(schedule, { from: ctx.now(), count: 10 });
      return { description: describe(schedule), next: next.map((slot) => slot.toISOString()) };
    } catch (error) {
      if (error instanceof ScheduleError) throw invalid({ [error.field]: error.message });
      throw error;
    }
  },
};
