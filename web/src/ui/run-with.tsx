import { Alert, Button, Group, Modal, SimpleGrid, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { type RunInput, runRequest } from "../../../contract/run.ts";
import type { Task } from "../../../contract/task.ts";
import { workFieldNames } from "../../../contract/work-fields.ts";
import { useRunTask } from "../api/tasks.ts";
import { explain, tellSuccess } from "../lib/errors.ts";
import { faultsOf, fieldsOfAnswer, placed } from "../lib/form-errors.ts";
import { instantOf, localInput } from "../lib/local-input.ts";
import { paths } from "../lib/paths.ts";
import { NumberField, TextAreaField, TextField } from "./fields.tsx";
import { useReturnedFocus } from "./use-returned-focus.ts";

interface RunWithProps {
  task: Task;
  /** What an earlier run of it was asked, to begin with; otherwise the task's own. */
  asked?: RunInput;
  onClose: () => void;
}

const names = ["input", ...workFieldNames, "notBefore"] as const;

function valuesOf({ prompt, model, maxTurns, timeoutMinutes }: Task | RunInput, input: string) {
  // A number field that was emptied holds "".
  const limits: Record<"maxTurns" | "timeoutMinutes", number | string> = { maxTurns, timeoutMinutes };
  return { input, prompt, model, ...limits, notBefore: "" };
}
type Values = ReturnType<typeof valuesOf>;

/** What this run is asked otherwise than its task says; what was emptied is refused rather than taken from the task. */
function bodyOf(task: Task, values: Values) {
  const changed = workFieldNames.filter((field) => values[field] !== task[field]);
  return {
    ...(values.input.trim() !== "" && { input: values.input }),
    ...(values.notBefore !== "" && { notBefore: instantOf(values.notBefore) }),
    ...(Object.fromEntries(changed.map((field) => [field, values[field]])) as object),
  };
}

/** Runs a task once with what is changed for this run alone, now or at an instant. */
export default function RunWith({ task, asked, onClose }: RunWithProps) {
  useReturnedFocus();
  const run = useRunTask();
  const [once] = useState(() => crypto.randomUUID());
  const [rest, setRest] = useState<string>();
  const form = useForm({
    initialValues: valuesOf(asked ?? task, asked?.input ?? ""),
    validate: (values) => placed(faultsOf(runRequest, bodyOf(task, values)), names).fields,
  });
  const submit = form.onSubmit((values) => {
    setRest(undefined);
    run.mutate(
      { taskId: task.id, once, body: bodyOf(task, values) },
      {
        onSuccess: ({ id, notBefore }) => {
          const link = { label: "View run", to: paths.run(id) };
          const text = notBefore === null ? `${task.name} is on its way.` : `A run of ${task.name} is scheduled.`;
          tellSuccess(text, { link });
          onClose();
        },
        onError: (error) => {
          const answer = fieldsOfAnswer(error);
          if (answer) form.setErrors(placed(answer, names).fields);
          else setRest(explain(error).message);
        },
      },
    );
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Run ${task.name} with…`}
      size={620}
      closeOnClickOutside={false}
      closeOnEscape={!form.isDirty()}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="xs">
          <TextAreaField
            label="Input"
            description="The agent gets it after the prompt"
            autosize
            minRows={2}
            maxRows={8}
            data-autofocus
            {...form.getInputProps("input")}
          />
          <TextAreaField
            label="Prompt"
            description="What you change here is for this run alone; the task stays as it is"
            autosize
            minRows={3}
            maxRows={10}
            {...form.getInputProps("prompt")}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" verticalSpacing={0}>
            <TextField label="Model" autoComplete="off" {...form.getInputProps("model")} />
            <NumberField label="Max Turns" allowDecimal={false} hideControls {...form.getInputProps("maxTurns")} />
            <NumberField
              label="Timeout (minutes)"
              allowDecimal={false}
              hideControls
              {...form.getInputProps("timeoutMinutes")}
            />
          </SimpleGrid>
          <TextField
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
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={run.isPending}>
              Run
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
