import { Alert } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { agents } from "../../../../contract/agent.ts";
import type { Task } from "../../../../contract/task.ts";
import { useWhyNot } from "../../api/session.ts";
import { formatNumber } from "../../format/number.ts";
import { Panel } from "../../ui/panel.tsx";
import { Facts } from "./facts.tsx";
import classes from "./task.module.css";

/** The definition of a task for who may read it and not change it. */
export function ReadOnlySettings({ task }: { task: Task }) {
  const reason = useWhyNot("member");
  return (
    <div className={classes.page}>
      <Alert color="gray" icon={<IconLock aria-hidden />}>
        {reason}
      </Alert>
      <Panel title="Settings">
        <Facts facts={settingsOf(task)} />
      </Panel>
    </div>
  );
}

function settingsOf(task: Task): Record<string, string | null> {
  const secret = ({ set, lastFour }: Task["gitToken"]) =>
    set ? `Set${lastFour ? `, ends in ${lastFour}` : ""}` : null;
  const list = (names: string[] | null) => names?.join(", ") ?? null;
  return {
    Name: task.name,
    Description: task.description,
    "Agent Type": agents[task.agentType].label,
    Model: task.model,
    Schedule: task.scheduleText,
    "Source URL": task.sourceUrl,
    "Git Token": secret(task.gitToken),
    "Sub Path": task.subPath,
    "Notification Email": task.notificationEmail,
    "Max Turns": formatNumber(task.maxTurns),
    Timeout: `${formatNumber(task.timeoutMinutes)} minutes`,
    "Start Within": `${formatNumber(task.startWithinMinutes)} minutes`,
    Spread: `${formatNumber(task.spreadMinutes)} minutes`,
    Overlap: task.overlap,
    "Allowed Tools": list(task.allowedTools),
    "Disallowed Tools": list(task.disallowedTools),
    Sandbox: task.sandbox,
    "Parameter Store": task.parameterStore,
    "Parameter store API key": secret(task.parameterStoreKey),
  };
}
