import { Paper } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Task } from "../../../../contract/task.ts";
import { useMay } from "../../api/session.ts";
import { useSaveTask } from "../../api/tasks.ts";
import { tellSuccess } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { TaskForm } from "../tasks/form/task-form.tsx";
import { valuesOfTask } from "../tasks/form/values.ts";
import { ReadOnlySettings } from "./read-only-settings.tsx";
import classes from "./task.module.css";

/** The task's definition: a form for who may change it, the same to read for the others. */
export function Settings({ task }: { task: Task }) {
  const mayChange = useMay("member");
  return mayChange ? <Form task={task} /> : <ReadOnlySettings task={task} />;
}

function Form({ task }: { task: Task }) {
  // The form keeps what it began with: a later state of the task must not move what is being typed.
  const [begun, setBegun] = useState(task);
  const save = useSaveTask();
  const navigate = useNavigate();
  return (
    <Paper p="md" className={classes.form}>
      <TaskForm
        key={begun.version}
        task={begun}
        initial={valuesOfTask(begun)}
        draftId={`edit.${begun.id}`}
        submitLabel="Save"
        save={async (body) => setBegun(await save.mutateAsync({ task: begun, body }))}
        onSaved={() => tellSuccess("The task is saved.")}
        onCancel={() => void navigate(paths.task(task.id))}
        onDirty={() => {}}
      />
    </Paper>
  );
}
