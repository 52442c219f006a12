import { Tooltip, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { agents } from "../../../../contract/agent.ts";
import { statusLabels } from "../../../../contract/run.ts";
import type { Task } from "../../../../contract/task.ts";
import { paths } from "../../lib/paths.ts";
import { ActionButton } from "../../ui/action.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { When } from "../../ui/when.tsx";
import classes from "./tasks.module.css";
import { useTaskActions } from "./use-task-actions.tsx";

export function TaskName({ task }: { task: Task }) {
  return (
    <>
      <Link {...paths.task(task.id)} className={classes.name} title={task.name}>
        {task.name}
      </Link>
      {task.description && (
        <span className={classes.under} title={task.description}>
          {task.description}
        </span>
      )}
    </>
  );
}

export function AgentLabel({ task }: { task: Task }) {
  return <span className={classes.agent}>{agents[task.agentType].label}</span>;
}

export function ScheduleCell({ task }: { task: Task }) {
  return (
    <div className={classes.schedule} data-resting={!task.enabled || undefined} title={task.scheduleText}>
      {task.scheduleText}
    </div>
  );
}

/** The last run's status, which leads to the others, and when it was. */
export function LastRun({ task }: { task: Task }) {
  const run = task.lastRun;
  if (!run) return <span className={classes.resting}>Never run</span>;
  return (
    <div className={classes.line}>
      <Tooltip label={run.error ? run.error.message : "View Runs"} multiline maw={320}>
        <UnstyledButton
          className={classes.chipButton}
          renderRoot={(props) => <Link {...paths.task(task.id, "runs")} {...props} />}
          aria-label={`${statusLabels[run.status]}: view the runs of ${task.name}`}
        >
          <StatusChip status={run.status} notBefore={run.notBefore} />
        </UnstyledButton>
      </Tooltip>
      <span className={classes.resting}>
        <When at={run.startedAt ?? run.createdAt} />
      </span>
    </div>
  );
}

/** When it runs next, or that it rests: by itself it says why, and a button sets it going again. */
export function NextRun({ task }: { task: Task }) {
  const { setEnabled, isChanging } = useTaskActions(task);
  if (task.enabled) {
    return task.nextRunAt === null ? <span className={classes.resting}>–</span> : <When at={task.nextRunAt} />;
  }
  if (task.disabledReason === null) return <span className={classes.rests}>Disabled</span>;
  return (
    <span className={classes.rests} data-by-itself>
      <Tooltip label={task.disabledReason} multiline maw={320}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what explains itself must be reachable by keyboard. */}
        <span className={classes.reason} tabIndex={0}>
          <IconAlertTriangle size={13} aria-hidden />
          Auto-disabled
        </span>
      </Tooltip>
      <ActionButton
        needs="member"
        variant="subtle"
        size="compact-xs"
        radius="xl"
        color="red"
        loading={isChanging}
        onClick={() => setEnabled(true)}
        aria-label={`Enable ${task.name}`}
      >
        Enable
      </ActionButton>
    </span>
  );
}
