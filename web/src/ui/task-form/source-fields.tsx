import { Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Task } from "../../../../contract/task.ts";
import { TextField } from "../fields.tsx";
import { SecretField } from "../secret-field.tsx";
import type { TaskValues } from "./values.ts";

interface SourceFieldsProps {
  form: UseFormReturnType<TaskValues>;
  task: Task | undefined;
}

/** What the agent gets a checkout of, and with whose token. */
export function SourceFields({ form, task }: SourceFieldsProps) {
  return (
    <Stack gap={6}>
      <TextField
        label="Source URL"
        description="A Git repository, such as https://github.com/owner/repository#branch"
        type="url"
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps("sourceUrl")}
      />
      <SecretField
        use="gitToken"
        label="Git Token"
        description="A personal access token, for private repositories and for pushing. The agent never sees it."
        placeholder="ghp_…"
        stored={task?.gitToken ?? { set: false }}
        value={form.values.gitToken}
        error={form.errors.gitToken}
        onChange={(value) => form.setFieldValue("gitToken", value)}
      />
    </Stack>
  );
}
