import { Button, CopyButton, Group, Paper, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { agents } from "../../../../contract/agent.ts";
import type { Task } from "../../../../contract/task.ts";
import { formatBytes } from "../../format/number.ts";
import classes from "./task.module.css";

const Markdown = lazy(() => import("../run/markdown.tsx"));
const views = ["Rendered", "Raw"] as const;
const utf8 = new TextEncoder();

/** What the agent is asked at each run, as it reads and as it is. */
export function Prompt({ task }: { task: Task }) {
  const [view, setView] = useState<(typeof views)[number]>("Rendered");
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="How the prompt is shown"
          data={[...views]}
          value={view}
          onChange={(value) => setView(value as typeof view)}
        />
        <CopyButton value={task.prompt}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
              onClick={copy}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Paper p="md">
        {view === "Rendered" ? (
          <Suspense fallback={<Skeleton height={160} />}>
            <Markdown text={task.prompt} />
          </Suspense>
        ) : (
          <pre className={classes.raw}>{task.prompt}</pre>
        )}
      </Paper>
      <Text size="sm" c="dimmed" mt="sm">
        {formatBytes(utf8.encode(task.prompt).length)}. The agent also reads {agents[task.agentType].contextFile} of its
        repository. What an earlier run was asked is on that run's page.
      </Text>
    </>
  );
}
