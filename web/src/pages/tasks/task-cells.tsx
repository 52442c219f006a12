import { Badge, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { agents } from "../../../../contract/agent.ts";
import { statusLabels } from "../../../../contract/run.ts";
import type { Task } from "../../../../contract/task.ts";
import { paths } from "../../lib/paths.ts";
import { StatusChip } from "../../ui/status-chip.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./tasks.module.css";

export function TaskName({ task }: { task: Task }) {
  return (
    <>
      <Link {...paths.task(task.id)} className={classes.name} title={task.name}>
        {task.name}
      </Link>
      {task.description && (
        <Text size="sm" c="dimmed" truncate title={task.description}>
          {task.description}
        </Text>
      )}
    </>
  );
}

export function AgentLabel({ task }: { task: Task }) {
  return <span className={classes.agent}>{agents[task.agentType].label}</span>;
}

/** The schedule in words; why it rests, where it does. */
export function ScheduleCell({ task }: { task: Task }) {
  return (
    <>
      <span className={classes.schedule} data-resting={!task.enabled || undefined}>
        {task.scheduleText}
        {!task.enabled && !task.disabledReason && (
          <Badge color="gray" size="sm">
            Disabled
          </Badge>
        )}
      </span>
      {task.disabledReason && (
        <span className={classes.disabled}>
          <IconAlertTriangle size={14} aria-hidden />
          <span>
            <b>Auto-disabled</b> {task.disabledReason}
          </span>
        </span>
      )}
    </>
  );
}

/** The last run's status, which leads to the others, and when it was. */
export function LastRun({ task }: { task: Task }) {
  const run = task.lastRun;
  if (!run) return <span className={classes.resting}>Never run</span>;
  return (
    <div className={classes.lastRun}>
      <Tooltip label={run.error ? run.error.message : "View Runs"} multiline maw={320}>
        <UnstyledButton
          className={classes.chipButton}
          renderRoot={(props) => <Link {...paths.task(task.id, "runs")} {...props} />}
          aria-label={`${statusLabels[run.status]}: view the runs of ${task.name}`}
        >
          <StatusChip status={run.status} notBefore={run.notBefore} />
        </UnstyledButton>
      </Tooltip>
      <Text size="sm" c="dimmed">
        <When at={run.startedAt ?? run.createdAt} />
      </Text>
    </div>
  );
}

export function NextRun({ task }: { task: Task }) {
  if (task.nextRunAt === null) return <span className={classes.resting}>–</span>;
  return <When at={task.nextRunAt} />;
}
