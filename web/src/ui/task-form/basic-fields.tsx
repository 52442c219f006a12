import { Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { TextAreaField, TextField } from "../fields.tsx";
import classes from "./form.module.css";
import type { TaskValues } from "./values.ts";

/** What the task is called and what the agent is told. */
export function BasicFields({ form }: { form: UseFormReturnType<TaskValues> }) {
  return (
    <Stack gap={6}>
      <TextField label="Name" required autoComplete="off" {...form.getInputProps("name")} />
      <TextAreaField
        label="Prompt"
        description="The agent works alone: say all it needs to know, and when it is done."
        required
        autosize
        minRows={12}
        maxRows={26}
        classNames={{ input: classes.prompt }}
        {...form.getInputProps("prompt")}
      />
      <TextField
        label="Description"
        description="For you and your team; the agent does not see it"
        autoComplete="off"
        {...form.getInputProps("description")}
      />
    </Stack>
  );
}
