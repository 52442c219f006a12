import {
  keepPreviousData,
  queryOptions,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { ApiError } from "../../../contract/client.ts";
import type { ClientInput } from "../../../contract/operations.ts";
import type { RunRequest } from "../../../contract/run.ts";
import type { Task } from "../../../contract/task.ts";
import { client } from "./client.ts";
import { everyPage, isUnderWay, pollMs, pollWhile } from "./paging.ts";

type TaskChange = ClientInput<"updateTask">["body"];

const tasksKey = ["tasks"] as const;
const taskKey = (taskId: string) => ["tasks", taskId] as const;
const pageSize = 100;

/** All tasks of the workspace; read again while a last run has not ended, less often the more tasks there are. */
export function useTasks() {
  return useQuery({
    queryKey: tasksKey,
    queryFn: ({ signal }) =>
      everyPage<Task>((cursor) => client.listTasks({ query: { limit: pageSize, cursor } }, signal)),
    refetchInterval: pollWhile<Task[]>(
      (tasks) => tasks.some(({ lastRun }) => isUnderWay(lastRun)),
      (tasks) => pollMs * Math.max(1, Math.ceil(tasks.length / pageSize)),
    ),
    placeholderData: keepPreviousData,
  });
}

export function useTask(taskId: string | undefined) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: taskKey(taskId ?? ""),
    queryFn: ({ signal }) => client.getTask({ params: { taskId: taskId ?? "" } }, signal),
    enabled: taskId !== undefined,
    placeholderData: () => queries.getQueryData<Task[]>(tasksKey)?.find(({ id }) => id === taskId),
  });
}

/** The name for a copy of a task: "Review (2)", or the first number that no task has. Undefined asks nothing. */
export function freeNameQuery(of: string | undefined) {
  return queryOptions({
    queryKey: ["tasks", "free-name", of],
    queryFn:
      of === undefined
        ? skipToken
        : async ({ signal }) => {
            const base = of.replace(/ \(\d+\)$/, "");
            for (let number = 2; ; number += 1) {
              const name = `${base} (${number})`;
              const { items } = await client.listTasks({ query: { name } }, signal);
              if (items.length === 0) return name;
            }
          },
    staleTime: 0,
    gcTime: 0,
  });
}

/** What every change of a task may have changed. */
function useTaskChange() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      ["tasks", "runs", "live", "overview", "credentials"].map((name) =>
        queries.invalidateQueries({ queryKey: [name] }),
      ),
    );
}

export function useCreateTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: (body: ClientInput<"createTask">["body"]) => client.createTask({ body }),
    onSettled,
  });
}

/** Saves what was changed of a task that was read a while ago. */
export function useSaveTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: ({ task, body }: { task: Task; body: TaskChange }) => save(task, body),
    onSettled,
  });
}

/** What somebody else has changed since then stays. Where it is a field of this change, nothing is saved. */
async function save(task: Task, body: TaskChange): Promise<Task> {
  const params = { taskId: task.id };
  try {
    return await client.updateTask({ params, body, ifMatch: task.version });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "precondition_failed") throw error;
    const now = await client.getTask({ params });
    const isOther = (field: string) =>
      JSON.stringify(now[field as keyof Task]) !== JSON.stringify(task[field as keyof Task]);
    if (Object.keys(body).some(isOther)) throw error;
    return save(now, body);
  }
}

export function useDeleteTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: (taskId: string) => client.deleteTask({ params: { taskId } }),
    onSettled,
  });
}

/** Brings a task back that was deleted a while ago. */
export function useRestoreTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: (taskId: string) => client.restoreTask({ params: { taskId } }),
    onSettled,
  });
}

/** Asks for a run, now unless the body names an instant. Sent again it asks for no second one. */
export function useRunTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: ({ taskId, once, body }: { taskId: string; once: string; body?: RunRequest }) =>
      client.runTask({ params: { taskId }, idempotencyKey: once, ...(body && { body }) }),
    onSettled,
  });
}
