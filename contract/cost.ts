import * as z from "zod";
import { agentTypes } from "./agent.ts";
import { calendarDay } from "./instant.ts";

export const costDay = calendarDay;

/** A period of whole days in UTC, both included; at most three years, 1096 days. */
export const costQuery = z
  .strictObject({ from: costDay, to: costDay })
  .refine(({ from, to }) => from <= to, { path: ["to"], error: "must not be before from" })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 1096 * 86_400_000, {
    path: ["to"],
    error: "must be at most 1096 days after from",
  });

const amount = {
  costUsd: z.number().describe("The sum of the calls whose cost is known."),
  unpricedCalls: z.number().describe("Model calls whose price or usage is not known: not in the sum."),
  runs: z.number(),
  modelCalls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
};
const amounts = z.object(amount);
export type CostAmounts = z.infer<typeof amounts>;

/** What was spent in a period, by each of its dimensions, largest first; days and months in order, those without spend left in. */
export const costReport = z.object({
  from: z.string(),
  to: z.string(),
  total: amounts,
  byDay: z.array(z.object({ day: z.string(), ...amount })).describe("Empty where the period is longer than 92 days."),
  byMonth: z.array(z.object({ month: z.string(), ...amount })).describe("As far as the months are in the period."),
  byTask: z
    .array(z.object({ taskId: z.string(), taskName: z.string(), ...amount }))
    .describe("Up to 100. Of each day or whole month of the period the 25 tasks that took most are in it."),
  otherTasks: amounts.describe("What is in the total and in none of these tasks."),
  byAgentType: z.array(z.object({ agentType: z.enum(agentTypes), ...amount })),
  byModel: z.array(z.object({ model: z.string(), ...amount })),
});
export type CostReport = z.infer<typeof costReport>;
