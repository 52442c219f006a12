import * as z from "zod";
import { agentTypes } from "./agent.ts";
import { calendarDay } from "./instant.ts";

export const costDay = calendarDay;

/** A period of whole days in UTC, both included; at most 366 days. */
export const costQuery = z
  .strictObject({ from: costDay, to: costDay })
  .refine(({ from, to }) => from <= to, { path: ["to"], error: "must not be before from" })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 366 * 86_400_000, {
    path: ["to"],
    error: "must be at most 366 days after from",
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

/** What was spent in a period, by each of four dimensions, largest first; days in order, days without spend left in. */
export const costReport = z.object({
  from: z.string(),
  to: z.string(),
  total: amounts,
  byDay: z.array(z.object({ day: z.string(), ...amount })),
  byTask: z.array(z.object({ taskId: z.string(), taskName: z.string(), ...amount })),
  byAgentType: z.array(z.object({ agentType: z.enum(agentTypes), ...amount })),
  byModel: z.array(z.object({ model: z.string(), ...amount })),
});
export type CostReport = z.infer<typeof costReport>;
