import * as z from "zod";
import { idSchema } from "../../../../contract/id.ts";
import { taskTemplates } from "../../../../contract/template.ts";

const templateIds = taskTemplates.map(({ id }) => id);

/** What the address of Create Task carries: what it begins with. `from` is the task that is duplicated. */
export const newTaskSearch = z.object({
  template: z.enum(templateIds).optional().catch(undefined),
  from: idSchema("task").optional().catch(undefined),
});
export type NewTaskSearch = z.infer<typeof newTaskSearch>;
