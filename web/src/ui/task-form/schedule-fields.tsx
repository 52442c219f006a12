import { Input, SegmentedControl, SimpleGrid, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { schedulePresets } from "../../../../contract/schedule.ts";
import { ownZone } from "../../format/instant.ts";
import { localInput } from "../../lib/local-input.ts";
import { SelectField, TextField } from "../fields.tsx";
import { ReadOnlyField, useReadOnly } from "../read-only.tsx";
import { useOutlook } from "../schedule-outlook.tsx";
import classes from "./form.module.css";
import { scheduleOf, type TaskValues } from "./values.ts";

const types = [
  { value: "cron", label: "Cron" },
  { value: "once", label: "Once" },
  { value: "manual", label: "Manual" },
];
const typeHints = {
  cron: "Runs by itself at every slot of the expression.",
  once: "Runs by itself one time.",
  manual: "Runs only when someone runs it.",
};
const presets = Object.values(schedulePresets).map(({ label, expression }) => ({ value: expression, label }));
const own = "own";

function zones(current: string): string[] {
  return [...new Set(["UTC", ownZone(), current, ...Intl.supportedValuesOf("timeZone")])];
}

/** When the task runs: its type, a preset or an own cron expression, and the time zone. */
export function ScheduleFields({ form }: { form: UseFormReturnType<TaskValues> }) {
  const { type } = form.values.schedule;
  return (
    <Stack gap={6}>
      {useReadOnly() ? (
        <ReadOnlyField label="Schedule Type">{types.find(({ value }) => value === type)?.label}</ReadOnlyField>
      ) : (
        <Input.Wrapper
          label="Schedule Type"
          description={typeHints[type]}
          labelElement="div"
          inputWrapperOrder={["label", "input", "description"]}
        >
          <SegmentedControl
            my={4}
            fullWidth
            aria-label="Schedule Type"
            data={types}
            value={type}
            onChange={(value) => form.setFieldValue("schedule.type", value as typeof type)}
          />
        </Input.Wrapper>
      )}
      {type === "cron" && <CronFields form={form} />}
      {type === "once" && (
        <TextField
          type="datetime-local"
          label="Run at"
          description={`In your time zone, ${ownZone()}`}
          min={localInput(new Date().toISOString())}
          {...form.getInputProps("schedule.at")}
        />
      )}
    </Stack>
  );
}

function CronFields({ form }: { form: UseFormReturnType<TaskValues> }) {
  const { expression, timezone } = form.values.schedule;
  const preset = presets.some(({ value }) => value === expression) ? expression : own;
  const { fault, hint, description } = useOutlook(scheduleOf(form.values));
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing={6}>
        <SelectField
          label="Schedule"
          data={[...presets, { value: own, label: "Own expression" }]}
          value={preset}
          allowDeselect={false}
          onChange={(value) => form.setFieldValue("schedule.expression", value === own ? "" : (value ?? ""))}
        />
        <TextField
          label="Cron expression"
          description={fault ?? hint ?? description ?? "Minute, hour, day, month, weekday"}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: classes.expression }}
          {...form.getInputProps("schedule.expression")}
        />
      </SimpleGrid>
      <SelectField
        label="Time zone"
        searchable
        limit={80}
        maxDropdownHeight={240}
        nothingFoundMessage="There is no such time zone"
        data={zones(timezone)}
        allowDeselect={false}
        {...form.getInputProps("schedule.timezone")}
        onChange={(value) => value && form.setFieldValue("schedule.timezone", value)}
      />
    </>
  );
}
