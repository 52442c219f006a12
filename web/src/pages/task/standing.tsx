import { Text } from "@mantine/core";
import type { Task } from "../../../../contract/task.ts";
import { isUnderWay } from "../../api/paging.ts";
import { useSaveTask } from "../../api/tasks.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { ActionButton } from "../../ui/action.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { TaskStateChip } from "../../ui/task-state-chip.tsx";
import classes from "./task.module.css";

/** Whether the task runs by itself, why not, and what it does now. */
export function Standing({ task }: { task: Task }) {
  return (
    <>
      <div className={classes.standing}>
        <TaskStateChip task={task} />
        {task.lastRun && isUnderWay(task.lastRun) && (
          <StatusChip status={task.lastRun.status} notBefore={task.lastRun.notBefore} />
        )}
        {task.disabledReason ? (
          <>
            <span>{task.disabledReason}</span>
            <EnableButton task={task} />
          </>
        ) : (
          <span>{task.scheduleText}</span>
        )}
      </div>
      {task.description && (
        <Text component="div" size="sm" mt={6} className={classes.description}>
          {task.description}
        </Text>
      )}
    </>
  );
}

function EnableButton({ task }: { task: Task }) {
  const save = useSaveTask();
  const enable = () =>
    save.mutate(
      { task, body: { enabled: true } },
      {
        onSuccess: () => tellSuccess(`${task.name} is enabled.`),
        onError: (error) => tellFailure(`${task.name} was not enabled.`, error),
      },
    );
  return (
    <ActionButton needs="member" variant="default" loading={save.isPending} onClick={enable}>
      Enable
    </ActionButton>
  );
}
