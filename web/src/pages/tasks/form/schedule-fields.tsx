import { Input, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { schedulePresets } from "../../../../../contract/schedule.ts";
import classes from "./form.module.css";
import { SchedulePreview } from "./schedule-preview.tsx";
import { browserZone, localInput, type TaskValues } from "./values.ts";

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
  return [...new Set(["UTC", browserZone(), current, ...Intl.supportedValuesOf("timeZone")])];
}

/** When the task runs: its type, a preset or an own cron expression, the time zone, and what that comes to. */
export function ScheduleFields({ form }: { form: UseFormReturnType<TaskValues> }) {
  const { type, expression, timezone } = form.values.schedule;
  const preset = presets.some(({ value }) => value === expression) ? expression : own;
  return (
    <Stack gap="sm">
      <Input.Wrapper label="Schedule Type" description={typeHints[type]} labelElement="div">
        <SegmentedControl
          mt={6}
          fullWidth
          aria-label="Schedule Type"
          data={types}
          value={type}
          onChange={(value) => form.setFieldValue("schedule.type", value as typeof type)}
        />
      </Input.Wrapper>
      {type === "cron" && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select
            label="Schedule"
            data={[...presets, { value: own, label: "Own expression" }]}
            value={preset}
            allowDeselect={false}
            onChange={(value) => form.setFieldValue("schedule.expression", value === own ? "" : (value ?? ""))}
          />
          <TextInput
            label="Cron expression"
            placeholder="30 8 * * 1-5"
            spellCheck={false}
            autoComplete="off"
            classNames={{ input: classes.expression }}
            {...form.getInputProps("schedule.expression")}
          />
        </SimpleGrid>
      )}
      {type === "cron" && (
        <Select
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
      )}
      {type === "once" && (
        <TextInput
          type="datetime-local"
          label="Run at"
          description={`In your time zone, ${browserZone()}`}
          min={localInput(new Date().toISOString())}
          {...form.getInputProps("schedule.at")}
        />
      )}
      {type !== "manual" && <SchedulePreview values={form.values} />}
    </Stack>
  );
}
