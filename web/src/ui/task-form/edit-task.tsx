import { useState } from "react";
import type { Task } from "../../../../contract/task.ts";
import { useSaveTask } from "../../api/tasks.ts";
import { tellSuccess } from "../../lib/errors.ts";
import { confirm } from "../confirm.tsx";
import { dropDraft } from "./draft.ts";
import { TaskForm } from "./task-form.tsx";
import { valuesOfTask } from "./values.ts";

interface EditTaskProps {
  /** As it is now: the form keeps what it began with, so that a later state does not move what is being typed. */
  task: Task;
  /** Who edits it goes away without saving. */
  onLeave: () => void;
}

/** The form of a task that is there: text to read for who may not change it. */
export function EditTask({ task, onLeave }: EditTaskProps) {
  const [begun, setBegun] = useState(task);
  const update = useSaveTask();
  const draftId = `edit.${begun.id}`;
  const cancel = (isDirty: boolean) => {
    if (!isDirty) return onLeave();
    confirm({
      title: "Discard your changes?",
      text: "What you typed here is not saved.",
      confirm: "Discard",
      dismiss: "Keep editing",
      onConfirm: () => {
        dropDraft(draftId);
        onLeave();
      },
    });
  };
  return (
    <TaskForm
      key={begun.version}
      task={begun}
      alike={begun}
      initial={valuesOfTask(begun)}
      draftId={draftId}
      submitLabel="Save"
      save={async (body) => {
        const saved = await update.mutateAsync({ task: begun, body });
        // First: the form that begins with what is saved must not find what was typed.
        dropDraft(draftId);
        setBegun(saved);
      }}
      onSaved={() => tellSuccess("The task is saved.")}
      onCancel={cancel}
    />
  );
}
