import { Alert } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { Task } from "../../../../contract/task.ts";
import { useMay, useWhyNot } from "../../api/session.ts";
import { paths } from "../../lib/paths.ts";
import { EditTask } from "../../ui/task-form/edit-task.tsx";
import classes from "./task.module.css";

/** The task's definition: a form for who may change it, the same to read for the others. */
export function Settings({ task }: { task: Task }) {
  const mayChange = useMay("member");
  const reason = useWhyNot("member");
  const navigate = useNavigate();
  return (
    <div className={classes.page}>
      {!mayChange && (
        <Alert color="gray" icon={<IconLock aria-hidden />}>
          {reason}
        </Alert>
      )}
      <EditTask task={task} onLeave={() => void navigate(paths.task(task.id))} />
    </div>
  );
}
