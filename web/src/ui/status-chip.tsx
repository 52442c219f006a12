import {
  IconAlertCircle,
  IconCalendarClock,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockX,
  IconLoader2,
  IconRocket,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { labelOf, type RunStatus, statusLabels } from "../../../contract/run.ts";
import classes from "./status-chip.module.css";

type Icon = ComponentType<{ size: number; stroke?: number; className?: string; "aria-hidden"?: boolean }>;
interface Look {
  icon: Icon;
  tone: string;
  spins?: true;
}

/** The look of every status: a new one does not compile until it has one. */
const looks: Record<RunStatus, Look> = {
  PENDING: { icon: IconCircleDashed, tone: "waiting" },
  CLAIMED: { icon: IconRocket, tone: "starting" },
  PROCESSING: { icon: IconLoader2, tone: "running", spins: true },
  DONE: { icon: IconCircleCheck, tone: "good" },
  FAILED: { icon: IconAlertCircle, tone: "bad" },
  TIMED_OUT: { icon: IconClockX, tone: "bad" },
  CANCELLED: { icon: IconCircleX, tone: "neutral" },
};
/** Of a run that waits for an instant. */
const scheduled: Look = { icon: IconCalendarClock, tone: "waiting" };

interface Shown {
  status: RunStatus;
  notBefore?: string | null;
}

function lookOf(shown: Shown): Look & { label: string } {
  const label = labelOf(shown, new Date());
  return { ...(label === statusLabels[shown.status] ? looks[shown.status] : scheduled), label };
}

export function StatusIcon({ size = 16, ...shown }: Shown & { size?: number }) {
  const { icon: Icon, tone, spins, label } = lookOf(shown);
  return (
    <span className={classes.icon} data-tone={tone} data-spins={spins} role="img" aria-label={label}>
      <Icon size={size} stroke={2} aria-hidden />
    </span>
  );
}

/** A run's status as icon, colour and word. */
export function StatusChip(shown: Shown) {
  const { icon: Icon, tone, spins, label } = lookOf(shown);
  return (
    <span className={classes.chip} data-tone={tone} data-spins={spins}>
      <Icon size={14} stroke={2} aria-hidden />
      {label}
    </span>
  );
}
