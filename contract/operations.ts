import * as z from "zod";
import { apiKey, apiKeyInput, newApiKey, type Role, session } from "./access.ts";
import { agentType } from "./agent.ts";
import { costQuery, costReport } from "./cost.ts";
import { credential, credentialInput } from "./credential.ts";
import type { ErrorCode } from "./error.ts";
import { idSchema } from "./id.ts";
import { logPage } from "./log.ts";
import { live, overview } from "./overview.ts";
import { newParameterStore, parameterStore, parameterStoreInput, parameterStorePatch } from "./parameter-store.ts";
import { run, runStatuses, runSummary } from "./run.ts";
import { scheduleInput, schedulePreview } from "./schedule.ts";
import { task, taskInput, taskPatch } from "./task.ts";
import {
  claimInput,
  completeAnswer,
  completeInput,
  ledgerCall,
  progressAnswer,
  progressInput,
  workOrder,
} from "./work-order.ts";

/** What proves who is asking: nothing, a member's role, a container's one-time ticket, or a run's claim token. */
export type Access = "public" | Role | "ticket" | "claim-token";

export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  summary: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The status of a success; 204 has no body. */
  status: number;
  output?: z.ZodType;
  /** Codes beyond those that any operation can answer. */
  errors: readonly ErrorCode[];
  /** Honours the header Idempotency-Key. */
  idempotent?: true;
}

const taskParams = z.object({ taskId: idSchema("task") });
const runParams = z.object({ runId: idSchema("run") });
const agentParams = z.object({ agentType });
const storeParams = z.object({ storeId: idSchema("parameterStore") });
const keyParams = z.object({ keyId: idSchema("key") });

const limit = (most: number, standard: number) => z.coerce.number().int().min(1).max(most).default(standard);
const cursor = z.string().max(2000).optional();
const page = z.strictObject({ limit: limit(100, 50), cursor });

function list<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Every operation of the API. Routes, validation, OpenAPI and the typed client all come from this table. */
export const operations = {
  createTask: {
    method: "POST",
    path: "/api/tasks",
    summary: "Create a task",
    access: "member",
    body: taskInput,
    status: 201,
    output: task,
    errors: ["name_taken"],
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
    errors: ["not_found", "name_taken", "conflict"],
  },
  deleteTask: {
    method: "DELETE",
    path: "/api/tasks/{taskId}",
    summary: "Delete a task and cancel its runs",
    access: "member",
    params: taskParams,
    status: 204,
    errors: ["not_found"],
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
  listRuns: {
    method: "GET",
    path: "/api/runs",
    summary: "List all runs, newest first",
    access: "viewer",
    query: page.extend({
      status: z.enum(runStatuses).optional(),
      taskId: idSchema("task").optional().describe("Not together with status."),
    }),
    status: 200,
    output: list(runSummary),
    errors: [],
  },
  getRun: {
    method: "GET",
    path: "/api/runs/{runId}",
    summary: "Get a run",
    access: "viewer",
    params: runParams,
    status: 200,
    output: run,
    errors: ["not_found"],
  },
  cancelRun: {
    method: "POST",
    path: "/api/runs/{runId}/cancel",
    summary: "Cancel a run that has not ended",
    access: "member",
    params: runParams,
    status: 202,
    output: run,
    errors: ["not_found", "not_allowed_in_state"],
  },
  retryRun: {
    method: "POST",
    path: "/api/runs/{runId}/retry",
    summary: "Run again what failed, timed out or was cancelled",
    access: "member",
    params: runParams,
    status: 202,
    output: run,
    errors: ["not_found", "not_allowed_in_state"],
    idempotent: true,
  },
  getRunLogs: {
    method: "GET",
    path: "/api/runs/{runId}/logs",
    summary: "Read a run's log, paged both ways",
    access: "viewer",
    params: runParams,
    query: z.strictObject({ cursor, limit: limit(1000, 200), from: z.enum(["head", "tail"]).default("head") }),
    status: 200,
    output: logPage,
    errors: ["not_found"],
  },
  listRunCalls: {
    method: "GET",
    path: "/api/runs/{runId}/calls",
    summary: "List the model calls of a run with their cost",
    access: "viewer",
    params: runParams,
    query: page,
    status: 200,
    output: list(ledgerCall),
    errors: ["not_found"],
  },
  claimRun: {
    method: "POST",
    path: "/api/runs/{runId}/claim",
    summary: "Redeem a container's ticket for its work order",
    access: "ticket",
    params: runParams,
    body: claimInput,
    status: 200,
    output: workOrder,
    errors: ["conflict"],
  },
  progressRun: {
    method: "PATCH",
    path: "/api/runs/{runId}/progress",
    summary: "Heartbeat: renew the lease, report progress and model calls",
    access: "claim-token",
    params: runParams,
    body: progressInput,
    status: 200,
    output: progressAnswer,
    errors: ["conflict"],
  },
  completeRun: {
    method: "PATCH",
    path: "/api/runs/{runId}/complete",
    summary: "Report the outcome of a run, once",
    access: "claim-token",
    params: runParams,
    body: completeInput,
    status: 200,
    output: completeAnswer,
    errors: ["conflict"],
  },
  listCredentials: {
    method: "GET",
    path: "/api/credentials",
    summary: "List what is known about the stored credentials",
    access: "viewer",
    status: 200,
    output: list(credential),
    errors: [],
  },
  putCredential: {
    method: "PUT",
    path: "/api/credentials/{agentType}",
    summary: "Store or replace the credential of an agent type",
    access: "admin",
    params: agentParams,
    body: credentialInput,
    status: 200,
    output: credential,
    errors: ["credential_refused"],
  },
  deleteCredential: {
    method: "DELETE",
    path: "/api/credentials/{agentType}",
    summary: "Remove the credential of an agent type",
    access: "admin",
    params: agentParams,
    status: 204,
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
  checkCredential: {
    method: "POST",
    path: "/api/credentials/{agentType}/check",
    summary: "Ask the model provider whether it accepts the stored credential",
    access: "admin",
    params: agentParams,
    status: 200,
    output: credential,
    errors: ["not_found"],
  },
  listParameterStores: {
    method: "GET",
    path: "/api/parameter-stores",
    summary: "List parameter stores with the names of their variables",
    access: "viewer",
    query: page,
    status: 200,
    output: list(parameterStore),
    errors: [],
  },
  createParameterStore: {
    method: "POST",
    path: "/api/parameter-stores",
    summary: "Create a parameter store; the key of an encrypted one is shown this once",
    access: "admin",
    body: parameterStoreInput,
    status: 201,
    output: newParameterStore,
    errors: ["name_taken"],
  },
  updateParameterStore: {
    method: "PATCH",
    path: "/api/parameter-stores/{storeId}",
    summary: "Set and remove variables of a parameter store",
    access: "admin",
    params: storeParams,
    body: parameterStorePatch,
    status: 200,
    output: parameterStore,
    errors: ["not_found", "conflict"],
  },
  deleteParameterStore: {
    method: "DELETE",
    path: "/api/parameter-stores/{storeId}",
    summary: "Delete a parameter store; runs of tasks that use it fail from then on",
    access: "admin",
    params: storeParams,
    status: 204,
    errors: ["not_found"],
  },
  getCosts: {
    method: "GET",
    path: "/api/costs",
    summary: "Tell what was spent in a period by day, task, agent type and model",
    access: "viewer",
    query: costQuery,
    status: 200,
    output: costReport,
    errors: [],
  },
  getOverview: {
    method: "GET",
    path: "/api/overview",
    summary: "What the dashboard shows",
    access: "viewer",
    status: 200,
    output: overview,
    errors: [],
  },
  getLive: {
    method: "GET",
    path: "/api/live",
    summary: "How many runs wait and run now, and the latest few",
    access: "viewer",
    status: 200,
    output: live,
    errors: [],
  },
  listKeys: {
    method: "GET",
    path: "/api/keys",
    summary: "List API keys",
    access: "admin",
    query: page,
    status: 200,
    output: list(apiKey),
    errors: [],
  },
  createKey: {
    method: "POST",
    path: "/api/keys",
    summary: "Create an API key; its secret is shown this once",
    access: "admin",
    body: apiKeyInput,
    status: 201,
    output: newApiKey,
    errors: [],
  },
  deleteKey: {
    method: "DELETE",
    path: "/api/keys/{keyId}",
    summary: "Revoke an API key",
    access: "admin",
    params: keyParams,
    status: 204,
    errors: ["not_found"],
  },
  signIn: {
    method: "GET",
    path: "/api/sign-in",
    summary: "Follow a sign-in link: sets the session cookie and goes on to the console",
    access: "public",
    query: z.strictObject({ token: z.string().max(2000) }),
    status: 303,
    errors: ["unauthenticated"],
  },
  getSession: {
    method: "GET",
    path: "/api/session",
    summary: "Tell who is signed in",
    access: "viewer",
    status: 200,
    output: session,
    errors: [],
  },
  deleteSession: {
    method: "DELETE",
    path: "/api/session",
    summary: "Sign out",
    access: "viewer",
    status: 204,
    errors: [],
  },
  getHealth: {
    method: "GET",
    path: "/api/health",
    summary: "Tell that the API answers and which version it is",
    access: "public",
    status: 200,
    output: z.object({ status: z.literal("ok"), version: z.string() }),
    errors: [],
  },
  getOpenApi: {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This description",
    access: "public",
    status: 200,
    output: z.record(z.string(), z.unknown()),
    errors: [],
  },
} as const satisfies Record<string, Operation>;

export type Operations = typeof operations;
export type OperationName = keyof Operations;

type Part<O, K extends string, Shape extends "input" | "output"> =
  O extends Record<K, infer S extends z.ZodType>
    ? { [key in K]: Shape extends "input" ? z.input<S> : z.output<S> }
    : unknown;
type OptionalQuery<O> = O extends { query: infer S extends z.ZodType }
  ? Record<string, never> extends z.input<S>
    ? { query?: z.input<S> }
    : { query: z.input<S> }
  : unknown;

/** What a client gives: `{params, query, body, idempotencyKey}`, each only where the operation has it. */
export type ClientInput<N extends OperationName> = Part<Operations[N], "params", "input"> &
  OptionalQuery<Operations[N]> &
  Part<Operations[N], "body", "input"> &
  (Operations[N] extends { idempotent: true } ? { idempotencyKey?: string } : unknown);

/** What a handler gets: the same after parsing, defaults filled in. */
export type HandlerInput<N extends OperationName> = Part<Operations[N], "params", "output"> &
  Part<Operations[N], "query", "output"> &
  Part<Operations[N], "body", "output"> &
  (Operations[N] extends { idempotent: true } ? { idempotencyKey?: string } : unknown);

export type Output<N extends OperationName> = Operations[N] extends { output: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;
