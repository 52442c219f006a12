import { IconAlertTriangle, IconCircleCheck, IconCircleMinus } from "@tabler/icons-react";
import type { Task } from "../../../contract/task.ts";
import classes from "./status-chip.module.css";

type State = Pick<Task, "enabled" | "disabledReason">;

function lookOf({ enabled, disabledReason }: State) {
  if (enabled) return { icon: IconCircleCheck, tone: "good", label: "Enabled" };
  return disabledReason
    ? { icon: IconAlertTriangle, tone: "bad", label: "Auto-disabled" }
    : { icon: IconCircleMinus, tone: "neutral", label: "Disabled" };
}

/** Whether a task runs by itself, as icon, colour and word. */
export function TaskStateChip({ task }: { task: State }) {
  const { icon: Icon, tone, label } = lookOf(task);
  return (
    <span className={classes.chip} data-tone={tone}>
      <Icon size={14} stroke={2} aria-hidden />
      {label}
    </span>
  );
}
