import * as z from "zod";

export const taskTabs = ["overview", "runs", "prompt", "triggers", "settings"] as const;
export type TaskTab = (typeof taskTabs)[number];

/** What the address of a task's page carries: the tab, unless it is the first. Anything else is ignored. */
export const taskSearch = z.object({ tab: z.enum(taskTabs).optional().catch(undefined) });
