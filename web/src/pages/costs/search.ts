import * as z from "zod";
import { costDay } from "../../../../contract/cost.ts";

/** What the address of the costs carries. Anything else is ignored. */
export const costsSearch = z.object({
  from: costDay.optional().catch(undefined),
  to: costDay.optional().catch(undefined),
});
export type CostsSearch = z.infer<typeof costsSearch>;
