import * as z from "zod";
import { agentTypes } from "../../../../contract/agent.ts";
import { idSchema } from "../../../../contract/id.ts";
import { newTaskSearch } from "./new-task.ts";

export const taskStates = ["enabled", "disabled", "running", "failing"] as const;
export type TaskState = (typeof taskStates)[number];
const taskOrders = ["name", "lastRun", "nextRun"] as const;
export type TaskOrder = (typeof taskOrders)[number];

const taskId = idSchema("task").optional().catch(undefined);

/** What the address of the task table carries: filters and order. Anything else is ignored. */
export const tasksSearch = z.object({
  q: z.string().optional().catch(undefined),
  state: z.enum(taskStates).optional().catch(undefined),
  agent: z.enum(agentTypes).optional().catch(undefined),
  sort: z.enum(taskOrders).optional().catch(undefined),
  desc: z.stringbool().or(z.boolean()).optional().catch(undefined),
});
export type TasksSearch = z.infer<typeof tasksSearch>;

/** What it carried when a new task, a task and its runs were dialogs. */
export const formerTasksSearch = z.object({
  create: z.stringbool().optional().catch(undefined),
  template: newTaskSearch.shape.template,
  duplicate: taskId,
  edit: taskId,
  runs: taskId,
});
