import { Anchor, Skeleton, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { ApiError } from "../../../contract/client.ts";
import { type ScheduleInput, scheduleInput } from "../../../contract/schedule.ts";
import { useSchedulePreview } from "../api/schedule.ts";
import { formatExact, formatInstantIn, formatSlot, ownZone } from "../format/instant.ts";
import { explain, sentence } from "../lib/errors.ts";
import classes from "./schedule-outlook.module.css";

const few = 5;

interface Outlook {
  isStale: boolean;
  /** What is still to be typed. */
  hint?: string;
  fault?: string;
  description?: string;
  next?: string[];
}

/** What a schedule means, asked as it is typed. */
export function useOutlook(schedule: ScheduleInput): Outlook {
  const written = JSON.stringify(schedule);
  const [settled] = useDebouncedValue(written, 250);
  const parsed = scheduleInput.safeParse(JSON.parse(settled));
  const { data, error, isPlaceholderData } = useSchedulePreview(parsed.success ? parsed.data : undefined);
  const isStale = written !== settled || isPlaceholderData;
  if (!parsed.success) {
    const isOnce = schedule.type === "once";
    return { isStale, hint: isOnce ? "Choose when it runs." : "Type an expression of five fields." };
  }
  if (error) return { isStale, fault: faultIn(error) };
  return { isStale, ...data };
}

function faultIn(error: unknown): string {
  const field = error instanceof ApiError ? Object.values(error.fields)[0] : undefined;
  return field === undefined ? explain(error).message : sentence(field);
}

/**
 * A schedule in words with its next runs: in the zone of who reads, and in brackets in the schedule's own where its
 * clocks show something else.
 */
export function ScheduleOutlook({ schedule }: { schedule: ScheduleInput }) {
  const { isStale, hint, fault, description, next } = useOutlook(schedule);
  return (
    <div data-stale={isStale || undefined} className={classes.outlook} aria-live="polite" aria-busy={isStale}>
      {hint !== undefined && <Text c="dimmed">{hint}</Text>}
      {fault !== undefined && <Text c="var(--mantine-color-error)">{fault}</Text>}
      {hint === undefined && fault === undefined && description === undefined && <Waiting />}
      {description !== undefined && <Text fw={500}>{description}</Text>}
      {next && <NextRuns next={next} timezone={schedule.timezone} isManual={schedule.type === "manual"} />}
    </div>
  );
}

function Waiting() {
  return [200, 160, 160, 160, 160, 160].map((width, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and stay.
    <Skeleton key={index} height={14} width={width} my={6} />
  ));
}

interface NextRunsProps {
  next: string[];
  timezone: string | undefined;
  isManual: boolean;
}

function NextRuns({ next, timezone, isManual }: NextRunsProps) {
  const [isOpen, setIsOpen] = useState(false);
  if (next.length === 0) return isManual ? null : <Text c="dimmed">There is no next run.</Text>;
  const shown = isOpen ? next : next.slice(0, few);
  return (
    <>
      <Text size="sm" c="dimmed" mt={6}>
        Next runs (your time, {ownZone()})
      </Text>
      <ol className={classes.next}>
        {shown.map((at) => (
          <li key={at}>
            <time dateTime={at} title={formatExact(at)}>
              {formatSlot(at)}
            </time>
            <OtherClock at={at} timezone={timezone} />
          </li>
        ))}
      </ol>
      {next.length > few && (
        <Anchor component="button" type="button" size="sm" onClick={() => setIsOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? "Show five" : `Show the next ${next.length}`}
        </Anchor>
      )}
    </>
  );
}

/** The same instant on the clocks of the schedule's zone, where they show another time. */
function OtherClock({ at, timezone }: { at: string; timezone: string | undefined }) {
  if (timezone === undefined) return null;
  const there = formatInstantIn(at, timezone);
  if (there === formatInstantIn(at, ownZone())) return null;
  const city = (timezone.split("/").at(-1) ?? timezone).replaceAll("_", " ");
  return (
    <span className={classes.there}>
      {there} {city}
    </span>
  );
}
