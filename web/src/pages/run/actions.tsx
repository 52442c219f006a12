import { IconPlayerPlay, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { can, type RunSummary } from "../../../../contract/run.ts";
import { useCancelRun, useRetryRun } from "../../api/runs.ts";
import { useRunTask } from "../../api/tasks.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { ActionButton } from "../../ui/action.tsx";
import { confirm } from "../../ui/confirm.tsx";
import { RunWithButton } from "../../ui/run-with-button.tsx";

/** What may be done with a run: cancel it while it goes on, then run it again. */
export function RunActions({ run }: { run: RunSummary & { cancelRequestedAt?: string | null } }) {
  if (can.cancel(run)) return <CancelButton run={run} />;
  return (
    <>
      <RunWithButton taskId={run.taskId} runId={run.id} />
      {can.retry(run) ? <RetryButton run={run} /> : <RunNowButton run={run} />}
    </>
  );
}

function CancelButton({ run }: { run: RunSummary & { cancelRequestedAt?: string | null } }) {
  const cancel = useCancelRun();
  const isAsked = run.cancelRequestedAt !== null && run.cancelRequestedAt !== undefined;
  const ask = () =>
    confirm({
      title: "Cancel this run?",
      text: `${run.taskName} is stopped where it is. What it has done stays done, and its log is kept.`,
      confirm: "Cancel run",
      dismiss: "Keep running",
      onConfirm: () => cancel.mutate(run.id, { onError: (error) => tellFailure("The run was not cancelled.", error) }),
    });
  return (
    <ActionButton
      needs="member"
      variant="default"
      leftSection={<IconPlayerStop size={15} aria-hidden />}
      loading={cancel.isPending}
      disabledReason={isAsked ? "It is being stopped." : undefined}
      onClick={ask}
    >
      {isAsked ? "Cancelling" : "Cancel"}
    </ActionButton>
  );
}

/** Where a new run was made, the page goes there. An attempt whose answer was lost is sent again as the same one. */
function useAgain() {
  const navigate = useNavigate();
  const once = useRef<string | null>(null);
  return {
    once: () => {
      once.current ??= crypto.randomUUID();
      return once.current;
    },
    onSuccess: ({ id }: { id: string }) => {
      once.current = null;
      tellSuccess("A new run was started.");
      void navigate(paths.run(id));
    },
  };
}

function RetryButton({ run }: { run: RunSummary }) {
  const retry = useRetryRun();
  const { once, onSuccess } = useAgain();
  const onError = (error: unknown) => tellFailure("The run was not retried.", error);
  return (
    <ActionButton
      needs="member"
      leftSection={<IconRefresh size={15} aria-hidden />}
      loading={retry.isPending}
      onClick={() => retry.mutate({ runId: run.id, once: once() }, { onSuccess, onError })}
    >
      Retry
    </ActionButton>
  );
}

function RunNowButton({ run }: { run: RunSummary }) {
  const start = useRunTask();
  const { once, onSuccess } = useAgain();
  const onError = (error: unknown) => tellFailure("The task was not started.", error);
  return (
    <ActionButton
      needs="member"
      variant="default"
      leftSection={<IconPlayerPlay size={15} aria-hidden />}
      loading={start.isPending}
      onClick={() => start.mutate({ taskId: run.taskId, once: once() }, { onSuccess, onError })}
    >
      Run Now
    </ActionButton>
  );
}
