import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type * as z from "zod";
import type { ApiKey } from "../../contract/access.ts";
import { agents } from "../../contract/agent.ts";
import { errorCodes } from "../../contract/error.ts";
import type { LogLine } from "../../contract/log.ts";
import {
  type HandlerInput,
  type Operation,
  type OperationName,
  type Output,
  operations,
} from "../../contract/operations.ts";
import { can, type Run, type RunErrorCode, type RunInput, runErrors, type TerminalStatus } from "../../contract/run.ts";
import { type Schedule, type ScheduleInput, schedulePresets } from "../../contract/schedule.ts";
import { type Task, type TaskInput, taskInput } from "../../contract/task.ts";

import { invalid, isTimeZone, logPageOf, pageOf, parse, Refusal, type StoredLine } from "./answers.ts";

type StoredTask = Task & { secret: string | null };
type Handlers = { [N in OperationName]?: (input: HandlerInput<N>) => Output<N> };

/**
 * Errand's API in memory, behind real HTTP: it checks what comes in and what goes out against the contract's own
 * schemas. Tests play the runner with `log` and `end`, and see what arrived in `requests`.
 */
export class TestApi {
  readonly requests: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  readonly tasks = new Map<string, StoredTask>();
  readonly deleted = new Map<string, StoredTask>();
  readonly runs = new Map<string, Run>();
  /** What a run was asked, of those that were asked for here. */
  readonly asked = new Map<string, RunInput>();
  readonly keys = new Map<string, ApiKey>();
  readonly credentials = new Map<string, { kind: Output<"putCredential">["kind"]; value: string }>();
  key = "ek_live_test0000000000000000";
  role: "member" | "admin" = "admin";
  /** How a run ends that is cancelled. */
  cancelledAs: TerminalStatus = "CANCELLED";
  #lines = new Map<string, StoredLine[]>();
  #count = 0;
  #server: Server | undefined;

  /** Listens on the port it had before, or on any. */
  async start(port = 0): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, "127.0.0.1", resolve);
    await promise;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  get port(): number {
    const address = this.#server?.address() as AddressInfo | undefined;
    if (!address) throw new Error("The test API does not listen.");
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A run's next line, as its runner would print it. */
  log(runId: string, kind: LogLine["kind"], text: string, more: Partial<StoredLine> = {}): void {
    const lines = this.#lines.get(runId) ?? [];
    this.#lines.set(runId, lines);
    const n = (lines.at(-1)?.n ?? 0) + 1;
    lines.push({ n, t: new Date().toISOString(), kind, text, attempt: 1, ...more });
  }

  begin(runId: string): void {
    Object.assign(this.#run(runId), { status: "PROCESSING", startedAt: new Date().toISOString() });
  }

  end(runId: string, status: TerminalStatus, result: string | null, error?: RunErrorCode): void {
    const [message, nextStep] = error ? runErrors[error] : ["", ""];
    Object.assign(this.#run(runId), {
      status,
      result,
      endedAt: new Date().toISOString(),
      durationMs: 12_300,
      costUsd: 0.0123,
      turns: 4,
      error: error ? { code: error, message, nextStep } : null,
    });
  }

  addTask(name: string, more: Partial<z.input<typeof taskInput>> = {}): StoredTask {
    const body = taskInput.parse({ name, prompt: "x", ...more });
    return this.#create(body);
  }

  addRun(task: Task, more: Partial<Run> = {}): Run {
    const run: Run = {
      id: this.#id("run"),
      taskId: task.id,
      taskName: task.name,
      agentType: task.agentType,
      status: "PENDING",
      trigger: "MANUAL",
      attempt: 1,
      slot: null,
      parentRunId: null,
      rootRunId: null,
      notBefore: null,
      startBy: null,
      requestedBy: null,
      executor: "container",
      priority: 0,
      depth: 0,
      commit: null,
      createdAt: new Date().toISOString(),
      startedAt: null,
      endedAt: null,
      durationMs: null,
      costUsd: null,
      progressText: null,
      changed: [],
      error: null,
      model: task.model,
      claimedAt: null,
      deadlineAt: null,
      cancelRequestedAt: null,
      result: null,
      turns: null,
      usage: null,
      email: { state: "none", to: null, sentAt: null, error: null },
      ...more,
    };
    this.runs.set(run.id, run);
    return run;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://test");
    const { method = "GET", headers } = request;
    const body = await text(request);
    this.requests.push({ method, path: url.pathname + url.search, headers, body });
    try {
      const { status, value } = this.#answer(method, url, headers, body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? "" : JSON.stringify(value));
    } catch (error) {
      const { code, message, fields } = error instanceof Refusal ? error : new Refusal("internal", String(error));
      response.writeHead(errorCodes[code], { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code, message, fields } }));
    }
  }

  #answer(method: string, url: URL, headers: IncomingMessage["headers"], body: string) {
    for (const [name, operation] of Object.entries(operations as Record<string, Operation>)) {
      const pattern = operation.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
      const params = operation.method === method && new RegExp(`^${pattern}$`).exec(url.pathname);
      if (!params) continue;
      if (headers.authorization !== `Bearer ${this.key}`) throw new Refusal("unauthenticated", "The key is not known.");
      if (operation.access === "admin" && this.role === "member")
        throw new Refusal("forbidden", "This needs an admin.");
      const input = {
        params: parse(operation.params, params.groups ?? {}, "not_found"),
        query: parse(operation.query, Object.fromEntries(url.searchParams), "invalid_input"),
        body: operation.body && parse(operation.body, body === "" ? undefined : JSON.parse(body), "invalid_input"),
        idempotencyKey: headers["idempotency-key"],
      };
      const handler = this.#handlers[name as OperationName] as ((input: unknown) => unknown) | undefined;
      if (!handler) throw new Refusal("not_found", `The test API has no ${name}.`);
      const value = handler(input);
      return { status: operation.status, value: operation.output?.parse(value) };
    }
    throw new Refusal("not_found", "There is nothing here.");
  }

  readonly #handlers: Handlers = {
    createTask: ({ body }) => this.#create(body),
    listTasks: ({ query }) => {
      const named = (task: Task) => query.name === undefined || task.name.toLowerCase() === query.name.toLowerCase();
      return pageOf([...this.tasks.values()].filter(named), query);
    },
    getTask: ({ params }) => this.#task(params.taskId),
    updateTask: ({ params, body }) => {
      const task = this.#task(params.taskId);
      if (body.name && body.name.toLowerCase() !== task.name.toLowerCase()) this.#refuseTaken(body.name);
      const { gitToken, schedule, model, ...rest } = body;
      return this.#keep({
        ...task,
        ...(rest as Partial<Task>),
        ...(schedule &&
          this.#scheduled({ ...schedule, timezone: schedule.timezone ?? task.schedule.timezone ?? "UTC" })),
        ...(model !== undefined && { model: model ?? agents[task.agentType].defaultModel }),
        ...(gitToken !== undefined && { secret: gitToken, gitToken: { set: gitToken !== null } }),
      });
    },
    deleteTask: ({ params }) => {
      const task = this.#task(params.taskId);
      this.deleted.set(task.id, task);
      this.tasks.delete(task.id);
    },
    restoreTask: ({ params }) => {
      const task = this.deleted.get(params.taskId);
      if (!task) throw new Refusal("not_found", "There is no such task.");
      return this.#keep(task);
    },
    runTask: ({ params, body }) => {
      const task = this.#task(params.taskId);
      const { notBefore = null, input = null, ...otherwise } = body ?? {};
      const given = Object.fromEntries(Object.entries(otherwise).filter(([, value]) => value != null));
      const run = this.addRun(task, { notBefore });
      this.asked.set(run.id, { ...askedOf(task), ...given, input });
      return run;
    },
    listTaskRuns: ({ params, query }) =>
      pageOf(
        this.#newest((run) => run.taskId === params.taskId),
        query,
      ),
    listRuns: ({ query }) =>
      pageOf(
        this.#newest((run) => !query.status || run.status === query.status),
        query,
      ),
    getRun: ({ params }) => this.#run(params.runId),
    getRunInput: ({ params }) => {
      const asked = this.asked.get(params.runId);
      if (!asked) throw new Refusal("not_found", "What this run was asked is not kept.");
      return asked;
    },
    cancelRun: ({ params }) => {
      const run = this.#run(params.runId);
      if (!can.cancel(run)) throw new Refusal("not_allowed_in_state", "The run has ended.");
      this.end(run.id, this.cancelledAs, null);
      return run;
    },
    retryRun: ({ params }) => {
      const run = this.#run(params.runId);
      if (!can.retry(run)) throw new Refusal("not_allowed_in_state", "The run completed.");
      return this.addRun(this.#task(run.taskId), { trigger: "RETRY", parentRunId: run.id });
    },
    getRunLogs: ({ params, query }) => logPageOf(this.#run(params.runId), this.#lines.get(params.runId) ?? [], query),
    listCredentials: () => ({
      items: [...this.credentials.keys()].map((type) => this.#credential(type)),
      nextCursor: null,
    }),
    putCredential: ({ params, body }) => {
      if (!agents[params.agentType].credentialKinds.includes(body.kind)) {
        throw invalid({ kind: `cannot sign in ${params.agentType}` });
      }
      if (body.value.endsWith("refused") && !body.force) {
        throw new Refusal("credential_refused", "The provider refused it.", { value: "was refused" });
      }
      const { kind, value } = body;
      this.credentials.set(params.agentType, { kind, value });
      return this.#credential(params.agentType);
    },
    deleteCredential: ({ params }) => {
      if (!this.credentials.delete(params.agentType)) throw new Refusal("not_found", "There is no such credential.");
      return undefined;
    },
    listParameterStores: () => ({ items: [], nextCursor: null }),
    listKeys: ({ query }) => pageOf([...this.keys.values()], query),
    createKey: ({ body }) => {
      const id = this.#id("key");
      const { expiresInDays, ...rest } = body;
      const expiresAt = expiresInDays === null ? null : new Date(Date.now() + expiresInDays * 86_400_000).toISOString();
      const key = { ...rest, id, lastFour: "wxyz", createdAt: new Date().toISOString(), expiresAt };
      this.keys.set(id, key);
      return { ...key, secret: `ek_live_${id}wxyz` };
    },
    deleteKey: ({ params }) => {
      if (!this.keys.delete(params.keyId)) throw new Refusal("not_found", "There is no such key.");
      return undefined;
    },
  };

  #create(body: TaskInput): StoredTask {
    this.#refuseTaken(body.name);
    const { gitToken, parameterStoreKey, model, ...rest } = body;
    const now = new Date().toISOString();
    return this.#keep({
      ...rest,
      ...this.#scheduled(body.schedule),
      id: this.#id("task"),
      model: model ?? agents[body.agentType].defaultModel,
      secret: gitToken,
      gitToken: { set: gitToken !== null },
      parameterStoreKey: { set: parameterStoreKey !== null },
      disabledReason: null,
      createdBy: null,
      updatedBy: null,
      consecutiveFailures: 0,
      lastRun: null,
      createdAt: now,
      updatedAt: now,
      version: "1",
    });
  }

  #id(prefix: string): string {
    this.#count += 1;
    return `${prefix}_01J0000000${String(this.#count).padStart(16, "0")}`;
  }

  #task(id: string): StoredTask {
    const task = this.tasks.get(id);
    if (!task) throw new Refusal("not_found", "There is no such task.");
    return task;
  }

  #run(id: string): Run {
    const run = this.runs.get(id);
    if (!run) throw new Refusal("not_found", "There is no such run.");
    return run;
  }

  #keep(task: StoredTask): StoredTask {
    this.tasks.set(task.id, task);
    return task;
  }

  #newest(fits: (run: Run) => boolean): Run[] {
    return [...this.runs.values()].filter(fits).reverse();
  }

  #refuseTaken(name: string): void {
    const taken = [...this.tasks.values()].some((task) => task.name.toLowerCase() === name.toLowerCase());
    if (taken) throw new Refusal("name_taken", "The name is taken.", { name: "is taken by another task" });
  }

  #credential(agentType: string): Output<"putCredential"> {
    const { kind, value } = this.credentials.get(agentType) as { kind: "openaikey"; value: string };
    const known = { agentType: agentType as Task["agentType"], kind, lastFour: value.slice(-4) };
    const updatedAt = new Date().toISOString();
    return { ...known, updatedAt, check: "accepted", checkedAt: updatedAt, tasks: [] };
  }

  #scheduled(input: ScheduleInput): Pick<Task, "schedule" | "scheduleText" | "nextRunAt"> {
    const nextRunAt = new Date(Date.now() + 7_200_000).toISOString();
    if (input.type === "manual") return { schedule: input, scheduleText: "Manual", nextRunAt: null };
    if (!isTimeZone(input.timezone)) throw invalid({ "schedule.timezone": "is not an IANA time zone" });
    if (input.type === "once") return { schedule: input, scheduleText: `Once at ${input.at}`, nextRunAt: input.at };
    const expression = input.preset ? schedulePresets[input.preset].expression : (input.expression ?? "");
    if (expression.split(" ").length !== 5) throw invalid({ "schedule.expression": "must have five fields" });
    const schedule: Schedule = { type: "cron", expression, timezone: input.timezone, preset: input.preset ?? null };
    return { schedule, scheduleText: `At ${expression}`, nextRunAt };
  }
}

function askedOf(task: Task): Omit<RunInput, "input"> {
  const { prompt, agentType, model, sourceUrl, subPath, maxTurns, timeoutMinutes, parameterStore } = task;
  const { allowedTools, disallowedTools, sandbox, notificationEmail } = task;
  const tools = { allowedTools, disallowedTools, sandbox };
  const work = { prompt, agentType, model, sourceUrl, subPath, maxTurns, timeoutMinutes, parameterStore };
  return { ...work, ...tools, notificationEmail };
}
