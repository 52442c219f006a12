import type { Client } from "../contract/client.ts";
import { type IdKind, idPrefixes, idSchema } from "../contract/id.ts";
import { nameKey, tidyName } from "../contract/name.ts";
import { can, type RunSummary } from "../contract/run.ts";
import type { Task } from "../contract/task.ts";
import { type CliError, notFound, usageError } from "./exit.ts";

const taskId = idSchema("task");
export const isTaskId = (reference: string): boolean => taskId.safeParse(reference).success;
const runId = idSchema("run");

/** The task with this id or name, in any case. Errors: not found. */
export async function findTask(client: Client, reference: string): Promise<Task> {
  return (await taskOf(client, reference)) ?? Promise.reject(unknown(reference, "task"));
}

async function taskOf(client: Client, reference: string): Promise<Task | undefined> {
  if (isTaskId(reference)) return client.getTask({ params: { taskId: reference } });
  const { items } = await client.listTasks({ query: { name: reference } });
  const name = nameKey(tidyName(reference));
  return items.find((item) => nameKey(tidyName(item.name)) === name);
}

const nouns: Record<IdKind, string> = {
  workspace: "a workspace",
  task: "a task",
  run: "a run",
  key: "an API key",
  member: "a member",
  parameterStore: "a parameter store",
};
const wanted = {
  task: ["a task's name or id", "task is called", "errand task list"],
  run: ["a run's id, or a task's name or id", "task is called", "errand task list"],
  key: ["a key's name or id", "API key is called", "errand key list"],
  parameterStore: ["a parameter store's name or id", "parameter store is called", "errand parameter-store list"],
} as const;

/** That nothing has this name, or that the reference is an id of another kind or a piece of one. */
export function unknown(reference: string, kind: keyof typeof wanted): CliError {
  const [give, isCalled, list] = wanted[kind];
  const [, prefix, rest = ""] = /^([a-z]+)_([0-9a-z]*)$/i.exec(reference.trim()) ?? [];
  const [other] = Object.entries(idPrefixes).find(([, known]) => known === prefix?.toLowerCase()) ?? [];
  if (other && idSchema(other as IdKind).safeParse(reference.trim()).success) {
    return notFound(`${reference} is the id of ${nouns[other as IdKind]}; give ${give}.`);
  }
  if (other === kind && rest.length < 26) return notFound(`${reference} is not a whole id; give ${give}.`);
  return notFound(`No ${isCalled} "${reference}"; \`${list}\` shows those there are.`);
}

/** The id of a run: the id itself, or the latest run of the task of this name. Errors: not found. */
export async function findRun(client: Client, reference: string): Promise<string> {
  if (runId.safeParse(reference).success) return reference;
  const { task, runs } = await runsOf(client, reference);
  const latest = runs.find((run) => run.error?.code !== "OVERLAP_SKIPPED" && !isToCome(run)) ?? runs[0];
  if (!latest) throw notFound(`Task "${task.name}" has no run yet; \`errand run\` starts one.`);
  return latest.id;
}

const isToCome = ({ status, notBefore }: RunSummary) => status === "PENDING" && notBefore !== null;

/** The same for a run that can be cancelled. Errors: not found; usage, when the name stands for several of them. */
export async function findLiveRun(client: Client, reference: string): Promise<string> {
  if (runId.safeParse(reference).success) return reference;
  const { task, runs } = await runsOf(client, reference);
  const live = runs.filter(can.cancel);
  if (live.length > 1) {
    const ids = live.map((run) => run.id).join(", ");
    throw usageError(`Task "${task.name}" has ${live.length} runs that have not ended; say which: ${ids}.`);
  }
  const found = live[0] ?? runs[0];
  if (!found) throw notFound(`Task "${task.name}" has no run yet.`);
  return found.id;
}

async function runsOf(client: Client, reference: string): Promise<{ task: Task; runs: RunSummary[] }> {
  const task = await taskOf(client, reference);
  if (!task) throw unknown(reference, "run");
  const { items } = await client.listTaskRuns({ params: { taskId: task.id }, query: { limit: 100 } });
  return { task, runs: items };
}

/** Every item of a list that comes in pages. */
export async function allItems<T>(
  page: (query: { limit: number; cursor?: string }) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const answer = await page({ limit: 100, cursor });
    items.push(...answer.items);
    cursor = answer.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
