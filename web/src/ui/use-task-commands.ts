import type { Task } from "../../../contract/task.ts";
import { isUnderWay } from "../api/paging.ts";
import { useDeleteTask, useRestoreTask, useSaveTask } from "../api/tasks.ts";
import { tellFailure, tellSuccess } from "../lib/errors.ts";
import { paths } from "../lib/paths.ts";
import { confirm } from "./confirm.tsx";
import { useRunNow } from "./use-run-now.ts";

/** What can be done with a task wherever it is shown. What can be taken back is not asked about: the notice has Undo. */
export function useTaskCommands(task: Task, { onRemoved }: { onRemoved?: () => void } = {}) {
  const { runNow, isStarting } = useRunNow();
  const save = useSaveTask();
  const deletion = useDeleteTask();
  const restoration = useRestoreTask();
  const { id, name } = task;

  async function setEnabled(enabled: boolean, of = task): Promise<void> {
    const word = enabled ? "enabled" : "disabled";
    try {
      const saved = await save.mutateAsync({ task: of, body: { enabled } });
      tellSuccess(`${name} is ${word}.`, enabled ? {} : { undo: () => void setEnabled(true, saved) });
    } catch (error) {
      tellFailure(`${name} was not ${word}.`, error);
    }
  }

  // As promises: the page that asked may be gone when the answer comes.
  const restore = () =>
    restoration
      .mutateAsync(id)
      .then(() => tellSuccess(`${name} is back.`, { link: { label: "View task", to: paths.task(id) } }))
      .catch((error: unknown) => tellFailure(`${name} was not restored.`, error));

  const remove = () =>
    deletion
      .mutateAsync(id)
      .then(() => {
        tellSuccess(`${name} is deleted.`, { undo: () => void restore() });
        onRemoved?.();
      })
      .catch((error: unknown) => tellFailure(`${name} was not deleted.`, error));

  return {
    isStarting,
    isChanging: save.isPending || deletion.isPending,
    runNow: () => runNow(task),
    setEnabled: (enabled: boolean) => void setEnabled(enabled),
    remove: () => {
      if (!isUnderWay(task.lastRun)) return void remove();
      confirm({
        title: `Delete ${name}?`,
        text: "It runs now: the run is cancelled, and stays so when the task is restored.",
        confirm: "Delete",
        onConfirm: () => void remove(),
      });
    },
  };
}
