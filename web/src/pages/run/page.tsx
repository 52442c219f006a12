import { Anchor, Breadcrumbs, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { isTerminal, type Run } from "../../../../contract/run.ts";
import { useRun } from "../../api/runs.ts";
import { paths } from "../../lib/paths.ts";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { TriggerName } from "../../ui/trigger.tsx";
import { When } from "../../ui/when.tsx";
import { RunActions } from "./actions.tsx";
import { Asked } from "./asked.tsx";
import { Calls } from "./calls.tsx";
import { Facts } from "./facts.tsx";
import { LogViewer } from "./log/log-viewer.tsx";
import { placeOf } from "./log/place.ts";
import { Reason } from "./reason.tsx";
import { Section } from "./section.tsx";
import { Timeline } from "./timeline.tsx";

const Markdown = lazy(() => import("./markdown.tsx"));

/** One run: how it stands and why, what it did, and what it cost. */
export function Page() {
  const { runId } = useParams({ from: "/runs/$runId" });
  // Another run is another page, with nothing left of the one before.
  return <RunPage key={runId} runId={runId} />;
}

function RunPage({ runId }: { runId: string }) {
  const { data: run, error, refetch } = useRun(runId);
  const linked = placeOf(useLocation({ select: ({ hash }) => hash }));
  if (!run && error) {
    return (
      <>
        <PageHeader title="Run" />
        <ErrorNotice error={error} retry={refetch} />
      </>
    );
  }
  return (
    <>
      <Trail runId={runId} run={run} />
      <Head run={run} />
      <Stack gap="lg">
        {run && <Reason run={run} />}
        <Section title="Timeline" hiddenTitle>
          {run ? <Timeline run={run} /> : <Skeleton height={56} />}
        </Section>
        <Section title="Details" hiddenTitle>
          <Facts run={run} />
        </Section>
        {run?.result && (
          <Section title="Result">
            <Suspense fallback={<Skeleton height={120} />}>
              <Markdown text={run.result} />
            </Suspense>
          </Section>
        )}
        <Section title="Log" bare>
          <LogViewer runId={runId} run={run} linked={linked} />
        </Section>
        <Section title="Model calls" bare>
          <Calls runId={runId} run={run} />
        </Section>
        <Section title="What was asked">
          <Asked run={run} />
        </Section>
      </Stack>
    </>
  );
}

/** Where in the console this run stands; the task leads to its other runs. */
function Trail({ runId, run }: { runId: string; run: Run | undefined }) {
  return (
    <Breadcrumbs mb={4} fz="sm" component="nav" aria-label="Breadcrumbs">
      <Anchor renderRoot={(props) => <Link {...paths.runs()} {...props} />} fz="sm">
        Runs
      </Anchor>
      {run && (
        <Anchor
          renderRoot={(props) => <Link {...paths.task(run.taskId)} {...props} />}
          fz="sm"
          truncate
          lh={1.6}
          maw={280}
        >
          {run.taskName}
        </Anchor>
      )}
      <Text fz="sm" c="dimmed" lh={1.6} truncate>
        {runId}
      </Text>
    </Breadcrumbs>
  );
}

function Head({ run }: { run: Run | undefined }) {
  if (!run) {
    return (
      <PageHeader title="Run" text={<Skeleton height={22} width={260} mt={4} />}>
        <Skeleton height={30} width={96} />
      </PageHeader>
    );
  }
  return (
    <PageHeader
      title={run.taskName}
      text={
        <Group gap="xs" mt={4} fz="sm">
          <StatusChip status={run.status} notBefore={run.notBefore} />
          <span>
            <TriggerName run={run} />, <When at={run.createdAt} />
          </span>
          {run.progressText && !isTerminal(run.status) && (
            <Text span inherit truncate maw={480}>
              {run.progressText}
            </Text>
          )}
        </Group>
      }
    >
      <RunActions run={run} />
    </PageHeader>
  );
}
