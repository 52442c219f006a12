import { Modal, Skeleton, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useRef } from "react";
import type { AgentType } from "../../../../../contract/agent.ts";
import { ApiError } from "../../../../../contract/client.ts";
import type { Task } from "../../../../../contract/task.ts";
import { type TaskTemplate, taskTemplates } from "../../../../../contract/template.ts";
import { useCreateTask, useSaveTask, useTask } from "../../../api/tasks.ts";
import { tellSuccess } from "../../../lib/errors.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { ErrorNotice } from "../../../ui/error-notice.tsx";
import { dropDraft } from "./draft.ts";
import { TaskForm } from "./task-form.tsx";
import { emptyValues, type TaskBody, valuesOfCopy, valuesOfTask, valuesOfTemplate } from "./values.ts";

export type Wanted =
  | { kind: "create"; template: TaskTemplate["id"] | undefined }
  | { kind: "edit" | "duplicate"; taskId: string };

interface TaskDialogProps {
  wanted: Wanted;
  /** The agent type a new task begins with. */
  agentType: AgentType;
  takenNames: readonly string[];
  onClose: () => void;
}

const titles = { create: "Create Task", edit: "Edit Task", duplicate: "Duplicate Task" };

/** The form over the table; the whole screen on phones. It does not close over unsaved changes without asking. */
export default function TaskDialog({ wanted, agentType, takenNames, onClose }: TaskDialogProps) {
  const isPhone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const dirty = useRef(false);
  const onDirty = useCallback((value: boolean) => {
    dirty.current = value;
  }, []);
  const draftId = draftIdOf(wanted);
  const close = () => {
    if (!dirty.current) return onClose();
    confirm({
      title: "Discard your changes?",
      text: "What you typed here is not saved.",
      confirm: "Discard",
      dismiss: "Keep editing",
      onConfirm: () => {
        dropDraft(draftId);
        onClose();
      },
    });
  };
  return (
    <Modal
      opened
      onClose={close}
      title={titles[wanted.kind]}
      size={720}
      fullScreen={isPhone}
      radius={isPhone ? 0 : "md"}
      padding="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 120 }}
    >
      <Contents key={draftId} {...{ wanted, agentType, takenNames, onClose, onDirty, draftId }} close={close} />
    </Modal>
  );
}

function draftIdOf(wanted: Wanted): string {
  return wanted.kind === "create" ? `create.${wanted.template ?? ""}` : `${wanted.kind}.${wanted.taskId}`;
}

interface ContentsProps extends TaskDialogProps {
  draftId: string;
  close: () => void;
  onDirty: (dirty: boolean) => void;
}

function Contents({ wanted, agentType, takenNames, onClose, close, onDirty, draftId }: ContentsProps) {
  const create = useCreateTask();
  const update = useSaveTask();
  const { data: task, error, refetch } = useTask(wanted.kind === "create" ? undefined : wanted.taskId);
  const begun = useRef<Task | undefined>(undefined);
  begun.current ??= task;
  // The form keeps what it began with: a later state of the task must not move what is being typed.
  const original = begun.current;
  if (wanted.kind !== "create" && !original) {
    const gone = error instanceof ApiError && error.code === "not_found";
    return error ? <ErrorNotice error={error} {...(!gone && { retry: refetch })} /> : <FormSkeleton />;
  }
  const editing = wanted.kind === "edit" ? original : undefined;
  return (
    <TaskForm
      task={editing}
      initial={initialOf(wanted, original, agentType, takenNames)}
      draftId={draftId}
      submitLabel={editing ? "Save" : "Create"}
      save={(body) => (editing ? update.mutateAsync({ task: editing, body }) : create.mutateAsync(body as TaskBody))}
      onSaved={() => {
        tellSuccess(editing ? "The task is saved." : "The task is created.");
        onClose();
      }}
      onCancel={close}
      onDirty={onDirty}
    />
  );
}

function initialOf(wanted: Wanted, task: Task | undefined, agentType: AgentType, takenNames: readonly string[]) {
  if (wanted.kind === "create") {
    const template = taskTemplates.find(({ id }) => id === wanted.template);
    return template ? valuesOfTemplate(template, agentType) : emptyValues(agentType);
  }
  if (!task) return emptyValues(agentType);
  return wanted.kind === "edit" ? valuesOfTask(task) : valuesOfCopy(task, takenNames);
}

function FormSkeleton() {
  return (
    <Stack role="status" aria-label="Loading">
      <Skeleton height={56} />
      <Skeleton height={56} />
      <Skeleton height={180} />
      <Skeleton height={120} />
    </Stack>
  );
}
