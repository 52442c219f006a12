import { Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { agents } from "../../../../contract/agent.ts";
import type { Task } from "../../../../contract/task.ts";
import { formatMoney } from "../../format/number.ts";
import { ScheduleOutlook } from "../schedule-outlook.tsx";
import { When } from "../when.tsx";
import classes from "./form.module.css";
import { scheduleOf, type TaskValues } from "./values.ts";

interface SummaryProps {
  values: TaskValues;
  task: Task | undefined;
  alike: Task | undefined;
}

/** What the form comes to, in sentences: it stays in view while one types. */
export function Summary({ values, task, alike }: SummaryProps) {
  return (
    <Paper component="aside" className={classes.summary} aria-label="Summary">
      <Part title="When">
        <ScheduleOutlook schedule={scheduleOf(values)} />
      </Part>
      <Part title="Where">
        <Where values={values} />
      </Part>
      <Part title="What it may do">
        <ul className={classes.points}>
          {mayDo(values, task).map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </Part>
      <Part title="What it cost last time">
        <Cost alike={alike} />
      </Part>
    </Paper>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={3} id={id} className={classes.part}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function Where({ values }: { values: TaskValues }) {
  const [address = "", branch] = values.sourceUrl.trim().split("#");
  const folder = values.subPath.trim();
  if (address === "") return <Text>In an empty folder, without a repository</Text>;
  return (
    <>
      <Text className={classes.address}>{address.replace(/^https:\/\//i, "").replace(/\.git$/, "")}</Text>
      <Text size="sm" c="dimmed">
        {branch ? `Branch ${branch}` : "Its default branch"}
        {folder !== "" && `, in ${folder}`}
      </Text>
    </>
  );
}

/** One sentence for each thing that bounds the agent or lets it out. */
function mayDo(values: TaskValues, task: Task | undefined): string[] {
  const applies = agents[values.agentType].fields;
  const token = values.gitToken;
  const hasToken = token.mode === "replace" ? token.value !== "" : token.mode === "keep" && task?.gitToken.set === true;
  const hasSource = values.sourceUrl.trim() !== "";
  return [
    ...(applies.allowedTools ? [toolsOf(values)] : []),
    ...(applies.sandbox && values.sandbox ? [`Runs commands in the sandbox ${values.sandbox}`] : []),
    ...(hasSource
      ? [hasToken ? "Pushes with your git token, which it does not see" : "Reads what is public, and pushes nothing"]
      : []),
    ...(values.parameterStore.trim() === "" ? [] : [`Sees the variables of ${values.parameterStore.trim()}`]),
    `Takes at most ${values.maxTurns || "?"} turns and ${values.timeoutMinutes || "?"} minutes`,
  ];
}

function toolsOf({ allowedTools, disallowedTools }: TaskValues): string {
  const without = disallowedTools.length > 0 ? `, without ${disallowedTools.join(", ")}` : "";
  return allowedTools.length === 0 ? `Uses all tools${without}` : `Uses only ${allowedTools.join(", ")}${without}`;
}

function Cost({ alike }: { alike: Task | undefined }) {
  const run = alike?.lastRun;
  if (!run) return <Text c="dimmed">It has not run yet.</Text>;
  if (run.costUsd === null) return <Text c="dimmed">What its last run cost is not known.</Text>;
  return (
    <Text>
      <span className="tabular">{formatMoney(run.costUsd)}</span>{" "}
      <Text span c="dimmed" size="sm">
        <When at={run.startedAt ?? run.createdAt} />
      </Text>
    </Text>
  );
}
