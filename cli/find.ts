import type { Client } from "../contract/client.ts";
import { idSchema } from "../contract/id.ts";
import { can, type RunSummary } from "../contract/run.ts";
import type { Task } from "../contract/task.ts";
import { notFound, usageError } from "./exit.ts";

const taskId = idSchema("task");
const runId = idSchema("run");

/** The task with this id or name, in any case. Errors: not found. */
export async function findTask(client: Client, reference: string): Promise<Task> {
  if (taskId.safeParse(reference).success) return client.getTask({ params: { taskId: reference } });
  const { items } = await client.listTasks({ query: { name: reference } });
  const name = reference.trim().toLowerCase();
  const task = items.find((item) => item.name.toLowerCase() === name);
  if (!task) throw notFound(`No task is called "${reference}"; \`errand task list\` shows those there are.`);
  return task;
}

/** The id of a run: the id itself, or the latest run of the task of this name. Errors: not found. */
export async function findRun(client: Client, reference: string): Promise<string> {
  if (runId.safeParse(reference).success) return reference;
  const { task, runs } = await runsOf(client, reference);
  const latest = runs.find((run) => run.error?.code !== "OVERLAP_SKIPPED") ?? runs[0];
  if (!latest) throw notFound(`Task "${task.name}" has no run yet; \`errand run\` starts one.`);
  return latest.id;
}

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
  const task = await findTask(client, reference);
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
