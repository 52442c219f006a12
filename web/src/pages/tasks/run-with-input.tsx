import { Alert, Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { runRequest } from "../../../../contract/run.ts";
import type { Task } from "../../../../contract/task.ts";
import { useRunTask } from "../../api/tasks.ts";
import { explain, tellSuccess } from "../../lib/errors.ts";
import { faultsOf, fieldsOfAnswer, placed } from "../../lib/form-errors.ts";
import { instantOf, localInput } from "../../lib/local-input.ts";

const fields = ["input", "notBefore"] as const;
const initialValues = { input: "", notBefore: "" };

function bodyOf({ input, notBefore }: typeof initialValues) {
  return {
    ...(input.trim() !== "" && { input }),
    ...(notBefore !== "" && { notBefore: instantOf(notBefore) }),
  };
}

/** Runs a task with text for this one run, now or at an instant. */
export default function RunWithInput({ task, onClose }: { task: Task; onClose: () => void }) {
  const run = useRunTask();
  const [once] = useState(() => crypto.randomUUID());
  const [rest, setRest] = useState<string>();
  const form = useForm({
    initialValues,
    validate: (values) => placed(faultsOf(runRequest, bodyOf(values)), fields).fields,
  });
  const submit = form.onSubmit((values) => {
    setRest(undefined);
    run.mutate(
      { taskId: task.id, once, body: bodyOf(values) },
      {
        onSuccess: ({ notBefore }) => {
          tellSuccess(notBefore === null ? `${task.name} is on its way.` : `A run of ${task.name} is scheduled.`);
          onClose();
        },
        onError: (error) => {
          const answer = fieldsOfAnswer(error);
          if (answer) form.setErrors(placed(answer, fields).fields);
          else setRest(explain(error).message);
        },
      },
    );
  });
  return (
    <Modal opened onClose={onClose} title={`Run ${task.name}`} size={560} closeOnClickOutside={false}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Textarea
            label="Input"
            description="For this run alone: the agent gets it after the task's prompt"
            autosize
            minRows={4}
            maxRows={12}
            data-autofocus
            {...form.getInputProps("input")}
          />
          <TextInput
            label="Not before"
            description="Empty to run now"
            type="datetime-local"
            min={localInput(new Date().toISOString())}
            {...form.getInputProps("notBefore")}
          />
          {rest && (
            <Alert color="red" title="It was not started" role="alert">
              {rest}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button size="sm" variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button size="sm" type="submit" loading={run.isPending}>
              Run
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
