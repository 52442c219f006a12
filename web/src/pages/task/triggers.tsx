import { Skeleton, Text } from "@mantine/core";
import type { Schedule } from "../../../../contract/schedule.ts";
import type { Task } from "../../../../contract/task.ts";
import { useSchedulePreview } from "../../api/schedule.ts";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { When } from "../../ui/when.tsx";
import { Facts } from "./facts.tsx";
import classes from "./task.module.css";
import { ZonedTime } from "./zoned-time.tsx";

const overlapSentences: Record<Task["overlap"], string> = {
  skip: "The slot is skipped",
  queue: "One run waits for it to end",
  allow: "Both run side by side",
};

/** What starts the task, and when that comes next. */
export function Triggers({ task }: { task: Task }) {
  return (
    <div className={classes.page}>
      <Panel title="Schedule">
        <Rules task={task} />
      </Panel>
      {task.schedule.type !== "manual" && (
        <Panel title="Next slots" note={task.enabled ? undefined : "if it were enabled"}>
          <NextSlots schedule={task.schedule} />
        </Panel>
      )}
    </div>
  );
}

function Rules({ task }: { task: Task }) {
  const { schedule } = task;
  return (
    <Facts
      facts={{
        When: task.scheduleText,
        ...(schedule.type === "cron" && { "Cron expression": <code>{schedule.expression}</code> }),
        ...(schedule.type !== "manual" && { "Time zone": schedule.timezone }),
        "While an earlier run goes on": overlapSentences[task.overlap],
        Spread: task.spreadMinutes === 0 ? "None: each slot starts at once" : `Over ${minutes(task.spreadMinutes)}`,
        "Start within": `${minutes(task.startWithinMinutes)}; a run that has not started by then is given up`,
        "A slot that was missed": "Is told in the runs, with its reason",
      }}
    />
  );
}

function minutes(count: number): string {
  if (count % 60 === 0) return count === 60 ? "1 hour" : `${count / 60} hours`;
  return count === 1 ? "1 minute" : `${count} minutes`;
}

function NextSlots({ schedule }: { schedule: Schedule }) {
  const { data, error, refetch } = useSchedulePreview(schedule);
  if (!data) {
    // A once that is over is refused as past: it has no slots.
    if (error && schedule.type === "once") return <Empty />;
    return error ? <ErrorNotice error={error} retry={refetch} /> : <Skeleton height={160} m="md" />;
  }
  if (data.next.length === 0) return <Empty />;
  return (
    <ol className={classes.slots}>
      {data.next.map((at) => (
        <li key={at}>
          <When at={at} />
          <Text span size="sm" c="dimmed">
            <ZonedTime at={at} zone={schedule.timezone} />
          </Text>
        </li>
      ))}
    </ol>
  );
}

function Empty() {
  return (
    <Text size="sm" c="dimmed" className={classes.none}>
      There is no slot ahead.
    </Text>
  );
}
