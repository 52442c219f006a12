import { Text } from "@mantine/core";
import type { Task } from "../../../../contract/task.ts";
import { isUnderWay } from "../../api/paging.ts";
import { ActionButton } from "../../ui/action.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { TaskStateChip } from "../../ui/task-state-chip.tsx";
import { useTaskCommands } from "../../ui/use-task-commands.ts";
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
  const { isChanging, setEnabled } = useTaskCommands(task);
  return (
    <ActionButton needs="member" variant="default" loading={isChanging} onClick={() => setEnabled(true)}>
      Enable
    </ActionButton>
  );
}
