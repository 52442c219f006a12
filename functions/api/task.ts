import type * as z from "zod";
import type { taskOperations } from "../../contract/operations/task.ts";
import { type TaskPatch, taskInput, taskPatch } from "../../contract/task.ts";
import type { TaskRow } from "../../core/aws/table/index.ts";
import type { Context } from "../../core/context.ts";
import { requesterOf } from "../../core/key/principal.ts";
import { logFault } from "../../core/logger.ts";
import { syncSchedule } from "../../core/schedule/sync.ts";
import { faultsOf } from "../../core/task/consider.ts";
import { deleteTask, stopDeleted } from "../../core/task/delete.ts";
import { restoreTask } from "../../core/task/restore.ts";
import { createTask, findTaskByName, listTasks, readTask, updateTask } from "../../core/task/task.ts";
import { oneTaskOf, tasksOf } from "../../core/task/view.ts";
import type { FurtherFaults } from "./edge.ts";
import type { Handlers } from "./handler.ts";

/** The row is what counts: what cannot be done now, the sweep does. */
async function now(ctx: Context, row: TaskRow, step: (ctx: Context, row: TaskRow) => Promise<void>): Promise<void> {
  if (row.sweep !== "schedule") return;
  await step(ctx, row).catch((error: unknown) => logFault("left to the sweep", error, { taskId: row.taskId }));
}

export const taskHandlers: Handlers<keyof typeof taskOperations> = {
  async createTask(ctx, { principal }, { body }) {
    const row = await createTask(ctx, principal.workspaceId, body, requesterOf(principal));
    await now(ctx, row, syncSchedule);
    return oneTaskOf(ctx, row);
  },

  async listTasks(ctx, { principal }, { query }) {
    if (query.name !== undefined) {
      const row = await findTaskByName(ctx, principal.workspaceId, query.name);
      return { items: row ? await tasksOf(ctx, [row]) : [], nextCursor: null };
    }
    const { data, cursor } = await listTasks(ctx, principal.workspaceId, query);
    return { items: await tasksOf(ctx, data), nextCursor: cursor };
  },

  async getTask(ctx, { principal }, { params }) {
    return oneTaskOf(ctx, await readTask(ctx, principal.workspaceId, params.taskId));
  },

  async updateTask(ctx, { principal }, { params, body, ifMatch }) {
    const old = await readTask(ctx, principal.workspaceId, params.taskId);
    const row = await updateTask(ctx, old, body, { by: requesterOf(principal), wanted: ifMatch });
    await now(ctx, row, syncSchedule);
    return oneTaskOf(ctx, row);
  },

  async deleteTask(ctx, { principal }, { params, ifMatch }) {
    const task = await readTask(ctx, principal.workspaceId, params.taskId);
    const row = await deleteTask(ctx, task, { by: requesterOf(principal), wanted: ifMatch });
    await now(ctx, row, stopDeleted);
    return undefined;
  },

  async restoreTask(ctx, { principal }, { params }) {
    const row = await restoreTask(ctx, principal.workspaceId, params.taskId, requesterOf(principal));
    await now(ctx, row, syncSchedule);
    return oneTaskOf(ctx, row);
  },
};

/** Those fields of a body that are in order by themselves. */
function inOrder(schema: z.ZodObject, body: unknown): TaskPatch {
  const given = typeof body === "object" && body !== null ? Object.entries(body) : [];
  const parsed = given.flatMap(([name, value]) => {
    const field = Object.hasOwn(schema.shape, name) ? schema.shape[name]?.safeParse(value) : undefined;
    return field?.success ? [[name, field.data]] : [];
  });
  return Object.fromEntries(parsed);
}

/** So that who sends a name that is taken and no prompt is told of both. */
export const taskFaults: Record<"createTask" | "updateTask", FurtherFaults> = {
  createTask: (ctx, { principal }, { body }) =>
    faultsOf(ctx, { workspaceId: principal.workspaceId, taskId: "" }, inOrder(taskInput, body)),

  async updateTask(ctx, { principal }, { params, body }) {
    const old = await readTask(ctx, principal.workspaceId, params?.taskId ?? "");
    return faultsOf(ctx, old, inOrder(taskPatch, body));
  },
};
