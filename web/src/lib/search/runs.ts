import * as z from "zod";
import { idSchema } from "../../../../contract/id.ts";
import { runStatuses } from "../../../../contract/run.ts";

/** What the address of the run list carries. Anything else is ignored. */
export const runsSearch = z.object({
  status: z.enum(runStatuses).optional().catch(undefined),
  task: idSchema("task").optional().catch(undefined),
  run: idSchema("run").optional().catch(undefined),
});
export type RunsSearch = z.infer<typeof runsSearch>;
