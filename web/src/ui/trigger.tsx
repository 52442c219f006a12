import { Tooltip, VisuallyHidden } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { type RunSummary, triggerLabels } from "../../../contract/run.ts";

const names: Record<RunSummary["changed"][number], string> = {
  input: "an input",
  prompt: "another prompt",
  model: "another model",
  maxTurns: "another turn limit",
  timeoutMinutes: "another time limit",
};

/** Why a run exists, and whether it was asked otherwise than its task says. */
export function TriggerName({ run }: { run: Pick<RunSummary, "trigger" | "changed"> }) {
  const label = triggerLabels[run.trigger];
  if (run.changed.length === 0) return <>{label}</>;
  const what = `For this run alone: ${run.changed.map((field) => names[field]).join(", ")}`;
  return (
    <Tooltip label={what} multiline maw={280}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what explains itself must be reachable by keyboard. */}
      <span tabIndex={0}>
        {label} <IconAdjustmentsHorizontal size={13} aria-hidden style={{ verticalAlign: "-2px" }} />
        <VisuallyHidden>{what}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}
