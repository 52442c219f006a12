import * as z from "zod";
import { idSchema } from "../id.ts";
import { run, runSummary } from "../run.ts";
import { scheduleInput, schedulePreview } from "../schedule.ts";
import { task, taskInput, taskPatch } from "../task.ts";
import { list, type Operation, page } from "./operation.ts";

const taskParams = z.object({ taskId: idSchema("task") });

/** Tasks, their schedules, and running them. */
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
    query: page.extend({ name: z.string().max(80).optional().describe("Only the task of this name.") }),
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
    summary: "Delete a task and cancel its runs",
    access: "member",
    params: taskParams,
    status: 204,
    errors: ["precondition_failed", "not_found"],
    conditional: true,
  },
  runTask: {
    method: "POST",
    path: "/api/tasks/{taskId}/runs",
    summary: "Run a task now",
    access: "member",
    params: taskParams,
    status: 202,
    output: run,
    errors: ["not_found"],
    idempotent: true,
  },
  listTaskRuns: {
    method: "GET",
    path: "/api/tasks/{taskId}/runs",
    summary: "List the runs of a task, newest first",
    access: "viewer",
    params: taskParams,
    query: page,
    status: 200,
    output: list(runSummary),
    errors: ["not_found"],
  },
  previewSchedule: {
    method: "POST",
    path: "/api/schedules/preview",
    summary: "Tell what a schedule means and when it fires next",
    access: "viewer",
    body: scheduleInput,
    status: 200,
    output: schedulePreview,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
