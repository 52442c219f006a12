import { Skeleton, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCalendarClock } from "@tabler/icons-react";
import { ApiError } from "../../../../../contract/client.ts";
import { scheduleInput } from "../../../../../contract/schedule.ts";
import { useSchedulePreview } from "../../../api/schedule.ts";
import { formatExact, formatInstant } from "../../../format/instant.ts";
import { explain, sentence } from "../../../lib/errors.ts";
import classes from "./form.module.css";
import { browserZone, scheduleOf, type TaskValues } from "./values.ts";

/** The schedule in words and its next run in local time, as one types. */
export function SchedulePreview({ values }: { values: TaskValues }) {
  const written = JSON.stringify(scheduleOf(values));
  const [settled] = useDebouncedValue(written, 250);
  const parsed = scheduleInput.safeParse(JSON.parse(settled));
  const { data, error, isPlaceholderData } = useSchedulePreview(parsed.success ? parsed.data : undefined);
  const stale = written !== settled || isPlaceholderData;
  return (
    <div className={classes.preview} data-stale={stale || undefined} aria-live="polite" aria-busy={stale}>
      <IconCalendarClock size={18} stroke={1.7} aria-hidden />
      <div>{contents()}</div>
    </div>
  );

  function contents() {
    if (!parsed.success) {
      const isOnce = values.schedule.type === "once";
      return <Text c="dimmed">{isOnce ? "Choose when it runs." : "Type an expression of five fields."}</Text>;
    }
    if (error) return <Text c="var(--mantine-color-error)">{fault(error)}</Text>;
    if (!data) return <Skeleton height={14} width={240} my={4} />;
    const [next, ...later] = data.next;
    return (
      <>
        <Text fw={500}>{data.description}</Text>
        {next === undefined ? (
          <Text c="dimmed" size="sm">
            There is no next run.
          </Text>
        ) : (
          <Text c="dimmed" size="sm" title={formatExact(next)}>
            Next run: {formatInstant(next)}
            {later.length > 0 &&
              `, then ${later
                .slice(0, 2)
                .map((at) => formatInstant(at))
                .join(" and ")}`}
            {` (your time, ${browserZone()})`}
          </Text>
        )}
      </>
    );
  }
}

function fault(error: unknown): string {
  const field = error instanceof ApiError ? Object.values(error.fields)[0] : undefined;
  return field === undefined ? explain(error).message : sentence(field);
}
