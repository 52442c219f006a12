import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../../../contract/client.ts";
import type { ClientInput, Output } from "../../../contract/operations.ts";
import type { Run } from "../../../contract/run.ts";
import { client } from "./client.ts";
import { everyPage, firstPage, isMoving, nextPage, pollWhile } from "./paging.ts";

type RunPage = Output<"listRuns">;
export type RunFilter = Pick<NonNullable<ClientInput<"listRuns">["query"]>, "status" | "taskId">;

const runKey = (runId: string) => ["runs", "one", runId] as const;

/** All runs, newest first, page by page; read again while one on them has not ended. */
export function useRuns(filter: RunFilter) {
  return useInfiniteQuery({
    queryKey: ["runs", "all", filter],
    queryFn: ({ signal, pageParam: cursor }) => client.listRuns({ query: { ...filter, cursor } }, signal),
    initialPageParam: firstPage,
    getNextPageParam: nextPage,
    refetchInterval: pollWhile<{ pages: RunPage[] }>(({ pages }) =>
      pages.some(({ items }) => items.some((run) => isMoving(run))),
    ),
    placeholderData: keepPreviousData,
  });
}

/** The kept runs of a task, newest first: up to 50. */
export function useTaskRuns(taskId: string) {
  return useQuery({
    queryKey: ["runs", "task", taskId],
    queryFn: ({ signal }) => client.listTaskRuns({ params: { taskId }, query: { limit: 50 } }, signal),
    refetchInterval: pollWhile<RunPage>(({ items }) => items.some((run) => isMoving(run))),
  });
}

export function useRun(runId: string) {
  return useQuery({
    queryKey: runKey(runId),
    queryFn: ({ signal }) => client.getRun({ params: { runId } }, signal),
    refetchInterval: pollWhile<Run>(isMoving),
  });
}

/** What a run was asked, which never changes; null where that is not kept. */
export function useRunInput(runId: string | undefined) {
  return useQuery({
    queryKey: ["runs", "input", runId],
    queryFn: async ({ signal }) => {
      try {
        return await client.getRunInput({ params: { runId: runId ?? "" } }, signal);
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }
    },
    enabled: runId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The model calls of a run with their cost. `underWay` keeps reading. */
export function useRunCalls(runId: string, underWay: boolean) {
  return useQuery({
    queryKey: ["runs", "calls", runId],
    queryFn: ({ signal }) =>
      everyPage((cursor) => client.listRunCalls({ params: { runId }, query: { limit: 100, cursor } }, signal)),
    refetchInterval: underWay ? 5_000 : false,
  });
}

/** One page of a run's log. The log viewer keeps its own pages: a log is too long for the query cache. */
export const readLog = (
  runId: string,
  query: NonNullable<ClientInput<"getRunLogs">["query"]>,
  signal?: AbortSignal,
): Promise<Output<"getRunLogs">> => client.getRunLogs({ params: { runId }, query }, signal);

function useRunChange() {
  const queries = useQueryClient();
  return () =>
    Promise.all(["runs", "tasks", "live", "overview"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
}

export function useCancelRun() {
  const onSettled = useRunChange();
  return useMutation({
    mutationFn: (runId: string) => client.cancelRun({ params: { runId } }),
    onSettled,
  });
}

/** Makes a new run of one that did not complete. Sent again with the same `once` it makes no second one. */
export function useRetryRun() {
  const onSettled = useRunChange();
  return useMutation({
    mutationFn: ({ runId, once }: { runId: string; once: string }) =>
      client.retryRun({ params: { runId }, idempotencyKey: once }),
    onSettled,
  });
}
