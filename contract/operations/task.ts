import * as z from "zod";
import { idSchema } from "../id.ts";
import { task, taskInput, taskPatch } from "../task.ts";
import { list, type Operation, page } from "./operation.ts";

const taskParams = z.object({ taskId: idSchema("task") });

/** Tasks. */
export const taskOperations = {
  createTask: {
    method: "POST",
    path: "/api/tasks",
    summary: "Create a task",
    access: "member",
    body: taskInput,
    status: 201,
    output: task,
    errors: ["name_taken"],
    versioned: true,
  },
  listTasks: {
    method: "GET",
    path: "/api/tasks",
    summary: "List tasks, oldest first",
    access: "viewer",
    query: page.extend({ name: z.string().max(400).optional().describe("Only the task of this name.") }),
    status: 200,
    output: list(task),
    errors: [],
  },
  getTask: {
    method: "GET",
    path: "/api/tasks/{taskId}",
    summary: "Get a task",
    access: "viewer",
    params: taskParams,
    status: 200,
    output: task,
    errors: ["not_found"],
    versioned: true,
  },
  updateTask: {
    method: "PATCH",
    path: "/api/tasks/{taskId}",
    summary: "Change a task; absent fields stay",
    access: "member",
    params: taskParams,
    body: taskPatch,
    status: 200,
    output: task,
    errors: ["precondition_failed", "not_found", "name_taken", "conflict"],
    versioned: true,
    conditional: true,
  },
  deleteTask: {
    method: "DELETE",
    path: "/api/tasks/{taskId}",
    summary: "Delete a task and cancel its runs; it can be restored for an hour",
    access: "member",
    params: taskParams,
    status: 204,
    errors: ["precondition_failed", "not_found"],
    conditional: true,
  },
  restoreTask: {
    method: "POST",
    path: "/api/tasks/{taskId}/restore",
    summary: "Bring a deleted task back",
    access: "member",
    params: taskParams,
    status: 200,
    output: task,
    errors: ["not_found", "name_taken"],
    versioned: true,
  },
} as const satisfies Record<string, Operation>;
