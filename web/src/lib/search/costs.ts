import * as z from "zod";
import { costDay } from "../../../../contract/cost.ts";
import { periods } from "../period.ts";

export const breakdowns = ["task", "model", "agent-type", "day"] as const;
export type Breakdown = (typeof breakdowns)[number];

/** What the address of the costs carries. Days of its own go before a named period. Anything else is ignored. */
export const costsSearch = z.object({
  period: z.enum(periods).optional().catch(undefined),
  from: costDay.optional().catch(undefined),
  to: costDay.optional().catch(undefined),
  by: z.enum(breakdowns).optional().catch(undefined),
});
export type CostsSearch = z.infer<typeof costsSearch>;
