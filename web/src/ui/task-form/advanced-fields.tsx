import { Anchor, SimpleGrid, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { Link } from "@tanstack/react-router";
import { agents, sandboxes } from "../../../../contract/agent.ts";
import type { Task } from "../../../../contract/task.ts";
import { overlaps } from "../../../../contract/task-limits.ts";
import { useParameterStores } from "../../api/parameter-stores.ts";
import { paths } from "../../lib/paths.ts";
import { AutocompleteField, NumberField, SelectField, TagsField, TextField } from "../fields.tsx";
import { SecretField } from "../secret-field.tsx";
import type { TaskValues } from "./values.ts";

type Form = UseFormReturnType<TaskValues>;

const overlapLabels: Record<Task["overlap"], string> = {
  skip: "Skip the slot",
  queue: "Queue one run",
  allow: "Run side by side",
};

/** What most tasks leave as it is. Fields that the agent type does not have are not here. */
export function AdvancedFields({ form, task }: { form: Form; task: Task | undefined }) {
  const agent = agents[form.values.agentType];
  return (
    <Stack gap={6} pt="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing={6}>
        <TextField
          label="Model"
          description={`Empty for ${agent.defaultModel}`}
          spellCheck={false}
          {...form.getInputProps("model")}
        />
        <TextField
          label="Sub Path"
          description="Where in the repository the agent works, such as packages/api"
          spellCheck={false}
          {...form.getInputProps("subPath")}
        />
        <NumberField
          label="Max Turns"
          description="Of the agent, in one run"
          min={1}
          max={1000}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps("maxTurns")}
        />
        <NumberField
          label="Timeout"
          description="Minutes until a run is stopped"
          min={1}
          max={1440}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps("timeoutMinutes")}
        />
        <NumberField
          label="Start Within"
          description="Minutes until a run that waits is given up"
          min={1}
          max={10_080}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps("startWithinMinutes")}
        />
        <NumberField
          label="Spread"
          description="Minutes over which a slot may start"
          min={0}
          max={1440}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps("spreadMinutes")}
        />
      </SimpleGrid>
      {agent.fields.allowedTools && (
        <TagsField
          label="Allowed Tools"
          description="Empty for all. Enter or a comma ends a name, such as Read or Bash(git *)."
          splitChars={[","]}
          {...form.getInputProps("allowedTools")}
        />
      )}
      {agent.fields.disallowedTools && (
        <TagsField
          label="Disallowed Tools"
          description="Empty for none"
          splitChars={[","]}
          {...form.getInputProps("disallowedTools")}
        />
      )}
      {agent.fields.sandbox && (
        <SelectField
          label="Sandbox"
          description="What the agent's commands may touch"
          placeholder="The agent type's own choice"
          data={[...sandboxes]}
          clearable
          {...form.getInputProps("sandbox")}
        />
      )}
      <SelectField
        label="Overlap"
        description="When a slot comes while an earlier run has not ended"
        data={overlaps.map((value) => ({ value, label: overlapLabels[value] }))}
        allowDeselect={false}
        {...form.getInputProps("overlap")}
      />
      <ParameterStoreFields form={form} task={task} />
    </Stack>
  );
}

function ParameterStoreFields({ form, task }: { form: Form; task: Task | undefined }) {
  const { data: stores } = useParameterStores();
  const name = form.values.parameterStore.trim();
  const store = stores?.find((known) => known.name.toLowerCase() === name.toLowerCase());
  // The store may be one that was made a moment ago: only one known to need no key has no field for it.
  const takesKey = name !== "" && store?.encrypted !== false;
  const unknown = name !== "" && stores !== undefined && !store;
  return (
    <>
      <AutocompleteField
        label="Parameter Store"
        description={
          unknown ? (
            <>
              There is no store of this name.{" "}
              <Anchor renderRoot={(props) => <Link {...paths.parameterStores()} {...props} />}>Create it first</Anchor>
            </>
          ) : (
            "Its variables reach the agent's environment. Choose one, or type its name."
          )
        }
        data={stores?.map((known) => known.name) ?? []}
        spellCheck={false}
        {...form.getInputProps("parameterStore")}
      />
      {takesKey && (
        <SecretField
          use="parameterStoreKey"
          label="Parameter store API key"
          description="The CONFIG_API_KEY that was shown when the store was made"
          placeholder="cfg_…"
          stored={task && task.parameterStore === name ? task.parameterStoreKey : { set: false }}
          value={form.values.parameterStoreKey}
          error={form.errors.parameterStoreKey}
          onChange={(value) => form.setFieldValue("parameterStoreKey", value)}
        />
      )}
    </>
  );
}
