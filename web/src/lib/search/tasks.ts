import * as z from "zod";
import { agentTypes } from "../../../../contract/agent.ts";
import { idSchema } from "../../../../contract/id.ts";
import { taskTemplates } from "../../../../contract/template.ts";

export const taskStates = ["enabled", "disabled", "running", "failing"] as const;
export type TaskState = (typeof taskStates)[number];
const taskOrders = ["name", "lastRun", "nextRun"] as const;
export type TaskOrder = (typeof taskOrders)[number];

const taskId = idSchema("task").optional().catch(undefined);
const templateIds = taskTemplates.map(({ id }) => id);

/** What the address of the task table carries: filters, order, and which dialog is open. Anything else is ignored. */
export const tasksSearch = z.object({
  q: z.string().optional().catch(undefined),
  state: z.enum(taskStates).optional().catch(undefined),
  agent: z.enum(agentTypes).optional().catch(undefined),
  sort: z.enum(taskOrders).optional().catch(undefined),
  desc: z.stringbool().or(z.boolean()).optional().catch(undefined),
  page: z.coerce.number().int().min(2).optional().catch(undefined),
  create: z.stringbool().or(z.boolean()).optional().catch(undefined),
  template: z.enum(templateIds).optional().catch(undefined),
  edit: taskId,
  duplicate: taskId,
  runs: taskId,
});
export type TasksSearch = z.infer<typeof tasksSearch>;
