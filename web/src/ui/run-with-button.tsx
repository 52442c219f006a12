import { IconMessagePlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { RunSummary } from "../../../contract/run.ts";
import { useRunInput } from "../api/runs.ts";
import { useTask } from "../api/tasks.ts";
import { ActionButton } from "./action.tsx";

const RunWith = lazy(() => import("./run-with.tsx"));

/** Runs the task of an earlier run again, beginning with what that one was asked. */
export function RunWithButton({ run }: { run: RunSummary }) {
  const [asks, setAsks] = useState(false);
  const task = useTask(run.taskId);
  const asked = useRunInput(asks ? run.id : undefined);
  return (
    <>
      <ActionButton
        needs="member"
        variant="default"
        leftSection={<IconMessagePlus size={14} aria-hidden />}
        disabledReason={task.error ? "Its task was deleted." : undefined}
        onClick={() => setAsks(true)}
      >
        Run With…
      </ActionButton>
      {asks && task.data && !asked.isPending && (
        <Suspense>
          <RunWith task={task.data} {...(asked.data && { asked: asked.data })} onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </>
  );
}
