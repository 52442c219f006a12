import { Button, Drawer, Group, Skeleton, Stack, Title } from "@mantine/core";
import { IconArrowRight, IconFileText } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useRef } from "react";
import { agents } from "../../../../contract/agent.ts";
import type { Run } from "../../../../contract/run.ts";
import { useRun } from "../../api/runs.ts";
import { paths } from "../../lib/paths.ts";
import { Actor } from "../../ui/actor.tsx";
import { Money, RunDuration } from "../../ui/amounts.tsx";
import { PriorityChip } from "../../ui/chips.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { TriggerName } from "../../ui/trigger.tsx";
import { When } from "../../ui/when.tsx";
import { RunActions } from "../run/actions.tsx";
import { Reason } from "../run/reason.tsx";
import classes from "./runs.module.css";

const Markdown = lazy(() => import("../run/markdown.tsx"));

/** The essentials of a run beside the list. */
export function RunDrawer({ runId, onClose }: { runId: string | undefined; onClose: () => void }) {
  // While it slides out it shows what it showed.
  const last = useRef(runId);
  if (runId) last.current = runId;
  return (
    <Drawer
      opened={runId !== undefined}
      onClose={onClose}
      position="right"
      size={460}
      title="Run"
      overlayProps={{ backgroundOpacity: 0.2 }}
    >
      {last.current && <Essentials key={last.current} runId={last.current} />}
    </Drawer>
  );
}

function Essentials({ runId }: { runId: string }) {
  const { data: run, error, refetch } = useRun(runId);
  if (!run) return error ? <ErrorNotice error={error} retry={refetch} /> : <EssentialsSkeleton />;
  return (
    <Stack gap="md">
      <div>
        <Title order={3} size="h2" mb={6} style={{ overflowWrap: "anywhere" }}>
          {run.taskName}
        </Title>
        <StatusChip status={run.status} notBefore={run.notBefore} />
      </div>
      <Reason run={run} />
      <dl className={classes.facts}>
        {factsOf(run).map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {run.result && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <section className={classes.result} tabIndex={0} aria-label="Result">
          <Suspense fallback={<Skeleton height={60} />}>
            <Markdown text={run.result} />
          </Suspense>
        </section>
      )}
      <Group gap="xs">
        <Button
          leftSection={<IconFileText size={15} aria-hidden />}
          rightSection={<IconArrowRight size={15} aria-hidden />}
          renderRoot={(props) => <Link {...paths.run(run.id)} {...props} />}
        >
          View Logs
        </Button>
        <RunActions run={run} />
      </Group>
    </Stack>
  );
}

function factsOf(run: Run): [string, ReactNode][] {
  return [
    ["Trigger", <TriggerName key="trigger" run={run} />],
    ["Requested By", <Actor key="by" by={run.requestedBy} />],
    ...(run.priority === 0
      ? []
      : [["Priority", <PriorityChip key="priority" priority={run.priority} />] as [string, ReactNode]]),
    ["Started At", <When key="at" at={run.startedAt} none="Not started" />],
    ["Duration", <RunDuration key="duration" run={run} />],
    ["Cost", <Money key="cost" usd={run.costUsd} />],
    ["Agent Type", agents[run.agentType].label],
    ["Model", run.model],
    ...(run.progressText ? [["Progress", run.progressText] as [string, ReactNode]] : []),
  ];
}

function EssentialsSkeleton() {
  return (
    <Stack gap="md" role="status" aria-label="Loading the run">
      <Skeleton height={24} width="60%" />
      <Skeleton height={22} width={96} radius="xl" />
      <Skeleton height={150} />
    </Stack>
  );
}
