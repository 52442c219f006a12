import { useNavigate } from "@tanstack/react-router";
import type { Task } from "../../../../contract/task.ts";
import { isUnderWay } from "../../api/paging.ts";
import { useDeleteTask, useRunTask, useSaveTask } from "../../api/tasks.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { confirm } from "../../ui/confirm.tsx";

/** What a person can do with a task of the table. */
export function useTaskActions(task: Task) {
  const navigate = useNavigate();
  const run = useRunTask();
  const update = useSaveTask();
  const remove = useDeleteTask();
  return {
    isStarting: run.isPending,
    isChanging: update.isPending || remove.isPending,
    viewRuns: () => navigate(paths.task(task.id, "runs")),
    edit: () => navigate(paths.task(task.id, "settings")),
    duplicate: () => navigate(paths.newTask({ from: task.id })),
    runNow: () =>
      run.mutate(
        { taskId: task.id, once: crypto.randomUUID() },
        {
          onSuccess: () => tellSuccess(`${task.name} is on its way.`),
          onError: (error) => tellFailure(`${task.name} was not started.`, error),
        },
      ),
    setEnabled: (enabled: boolean) =>
      update.mutate(
        { task, body: { enabled } },
        {
          onSuccess: () => tellSuccess(`${task.name} is ${enabled ? "enabled" : "disabled"}.`),
          onError: (error) => tellFailure(`${task.name} was not ${enabled ? "enabled" : "disabled"}.`, error),
        },
      ),
    remove: () =>
      confirm({
        title: `Delete ${task.name}?`,
        text: isUnderWay(task.lastRun)
          ? "It runs now: the run is cancelled, and its history and logs go with the task. This cannot be undone."
          : "Its run history and logs go with it. This cannot be undone.",
        confirm: "Delete",
        onConfirm: () =>
          remove.mutate(task.id, {
            onSuccess: () => tellSuccess(`${task.name} is deleted.`),
            onError: (error) => tellFailure(`${task.name} was not deleted.`, error),
          }),
      }),
  };
}
