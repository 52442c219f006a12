import {
  IconAlertCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockX,
  IconLoader2,
  IconRocket,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { type RunStatus, statusLabels } from "../../../contract/run.ts";
import classes from "./status-chip.module.css";

type Icon = ComponentType<{ size: number; stroke?: number; className?: string; "aria-hidden"?: boolean }>;

/** The look of every status: a new one does not compile until it has one. */
const looks: Record<RunStatus, { icon: Icon; tone: string; spins?: true }> = {
  PENDING: { icon: IconCircleDashed, tone: "waiting" },
  CLAIMED: { icon: IconRocket, tone: "active" },
  PROCESSING: { icon: IconLoader2, tone: "active", spins: true },
  DONE: { icon: IconCircleCheck, tone: "good" },
  FAILED: { icon: IconAlertCircle, tone: "bad" },
  TIMED_OUT: { icon: IconClockX, tone: "bad" },
  CANCELLED: { icon: IconCircleX, tone: "neutral" },
};

export function StatusIcon({ status, size = 16 }: { status: RunStatus; size?: number }) {
  const { icon: Icon, tone, spins } = looks[status];
  return (
    <span className={classes.icon} data-tone={tone} data-spins={spins} role="img" aria-label={statusLabels[status]}>
      <Icon size={size} stroke={2} aria-hidden />
    </span>
  );
}

/** A run's status as icon, colour and word. */
export function StatusChip({ status }: { status: RunStatus }) {
  const { icon: Icon, tone, spins } = looks[status];
  return (
    <span className={classes.chip} data-tone={tone} data-spins={spins}>
      <Icon size={14} stroke={2} aria-hidden />
      {statusLabels[status]}
    </span>
  );
}
