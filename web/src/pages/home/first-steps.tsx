import { Button, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useCredentials } from "../../api/credentials.ts";
import { useMay } from "../../api/session.ts";
import { paths } from "../../lib/paths.ts";
import { Panel } from "../../ui/panel.tsx";
import classes from "./home.module.css";

interface Step {
  title: string;
  text: string;
  done: boolean;
  button: string;
  to: LinkProps;
  may: boolean;
}

/** What to do in a workspace in which nothing has run yet: each step is ticked off when it is done. */
export function FirstSteps({ hasTask }: { hasTask: boolean }) {
  const { data: credentials } = useCredentials();
  const [mayStore, mayChange] = [useMay("admin"), useMay("member")];
  const steps: Step[] = [
    {
      title: "Store a credential",
      text: "The API key or token with which the agent signs in to its model provider. It is stored securely and never shown again.",
      done: credentials !== undefined && credentials.length > 0,
      button: "Set up credentials",
      to: paths.credentials(),
      may: mayStore,
    },
    {
      title: "Create your first task",
      text: "A prompt and a schedule. Four starter templates can be used as they are.",
      done: hasTask,
      button: "Create Task",
      to: paths.newTask(),
      may: mayChange,
    },
    {
      title: "Run it",
      text: "Run Now starts it at once; its log is there to read while it works, its result and its cost when it has ended.",
      done: false,
      button: "Go to your tasks",
      to: paths.tasks(),
      may: true,
    },
  ];
  const next = credentials && steps.find(({ done }) => !done);
  return (
    <Panel title="Get your first task running">
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <StepRow key={step.title} step={step} number={index + 1} isNext={step === next} />
        ))}
      </ol>
    </Panel>
  );
}

function StepRow({ step, number, isNext }: { step: Step; number: number; isNext: boolean }) {
  const state = step.done ? "done" : isNext ? "next" : "later";
  return (
    <li className={classes.step} aria-current={isNext ? "step" : undefined}>
      <span className={classes.mark} data-state={state}>
        {step.done ? <IconCheck size={16} aria-label="Done" /> : number}
      </span>
      <div className={classes.words}>
        <Text fw={600}>{step.title}</Text>
        <Text c="dimmed" size="sm">
          {step.text}
        </Text>
      </div>
      {!step.done && (
        <div className={classes.act}>
          {step.may ? (
            <Button variant={isNext ? "filled" : "default"} renderRoot={(props) => <Link {...step.to} {...props} />}>
              {step.button}
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              Ask an admin of the workspace.
            </Text>
          )}
        </div>
      )}
    </li>
  );
}
