import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ClientInput } from "../../../contract/operations.ts";
import type { Task } from "../../../contract/task.ts";
import { client } from "./client.ts";
import { everyPage, isUnderWay, pollMs, pollWhile } from "./paging.ts";

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

export function useUpdateTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: ({ taskId, body }: { taskId: string; body: ClientInput<"updateTask">["body"] }) =>
      client.updateTask({ params: { taskId }, body }),
    onSettled,
  });
}

export function useDeleteTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: (taskId: string) => client.deleteTask({ params: { taskId } }),
    onSettled,
  });
}

/** Starts a run now. Sent again it starts no second one. */
export function useRunTask() {
  const onSettled = useTaskChange();
  return useMutation({
    mutationFn: ({ taskId, once }: { taskId: string; once: string }) =>
      client.runTask({ params: { taskId }, idempotencyKey: once }),
    onSettled,
  });
}
