import { IconMessagePlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useRunInput } from "../api/runs.ts";
import { useTask } from "../api/tasks.ts";
import { ActionButton } from "./action.tsx";

const RunWith = lazy(() => import("./run-with.tsx"));

/** Runs a task with what is changed for one run; of an earlier run, beginning with what that one was asked. */
export function RunWithButton({ taskId, runId }: { taskId: string; runId?: string }) {
  const [asks, setAsks] = useState(false);
  const task = useTask(taskId);
  const asked = useRunInput(asks ? runId : undefined);
  return (
    <>
      <ActionButton
        needs="member"
        variant="default"
        leftSection={<IconMessagePlus size={14} aria-hidden />}
        disabledReason={runId !== undefined && task.error ? "Its task was deleted." : undefined}
        onClick={() => setAsks(true)}
      >
        Run With…
      </ActionButton>
      {asks && task.data && (runId === undefined || !asked.isPending) && (
        <Suspense>
          <RunWith task={task.data} {...(asked.data && { asked: asked.data })} onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </>
  );
}
