import { Tooltip } from "@mantine/core";
import { IconChevronsUp, IconEye, IconGitPullRequest, IconHammer, IconInfinity } from "@tabler/icons-react";
import classes from "./chips.module.css";

const levels = [
  { icon: IconEye, name: "Read", words: "It reads, and changes nothing." },
  { icon: IconHammer, name: "Work", words: "It changes what it works on; nothing leaves." },
  { icon: IconGitPullRequest, name: "Publish", words: "It also pushes branches and opens pull requests." },
  { icon: IconInfinity, name: "Full", words: "It does all that its tokens allow." },
] as const;

/** How far an agent, or who acts for one, may go by itself: 0 to 3. */
export function LevelChip({ level }: { level: number }) {
  const { icon: Icon, name, words } = levels[level as 0] ?? levels[0];
  return (
    <Tooltip label={words}>
      <span className={classes.chip} data-level={level}>
        <Icon size={13} stroke={2} aria-hidden />
        {level} {name}
      </span>
    </Tooltip>
  );
}

/** That a run goes before others, or behind them; nothing for all the others. */
export function PriorityChip({ priority }: { priority: number }) {
  if (priority === 0) return null;
  return (
    <span className={classes.chip} data-priority={priority > 0 ? "high" : "low"}>
      <IconChevronsUp size={13} stroke={2} aria-hidden />
      {priority > 0 ? "High" : "Low"}
    </span>
  );
}
