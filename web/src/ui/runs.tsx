import { Button } from "@mantine/core";
import { IconPlayerStop, IconRotateClockwise } from "@tabler/icons-react";
import { can, type RunSummary } from "../../../contract/run.ts";
import { useCancelRun, useRetryRun } from "../api/runs.ts";
import { useMay } from "../api/session.ts";
import { tellFailure, tellSuccess } from "../lib/errors.ts";
import { confirm } from "./confirm.tsx";

type Subject = Pick<RunSummary, "id" | "status" | "taskName">;

/** Cancel and Retry, each where the run's state allows it and the person may. */
export function RunButtons({ run, onRetried }: { run: Subject; onRetried?: (runId: string) => void }) {
  const mayChange = useMay("member");
  const cancel = useCancelRun();
  const retry = useRetryRun();
  if (!mayChange) return null;
  const askToCancel = () =>
    confirm({
      title: `Cancel this run of ${run.taskName}?`,
      text: "The agent is stopped where it is. What it has pushed stays pushed; what it has spent is spent.",
      confirm: "Cancel the run",
      dismiss: "Let it run",
      onConfirm: () =>
        cancel.mutate(run.id, {
          onSuccess: () => tellSuccess("The run is being cancelled."),
          onError: (error) => tellFailure("The run was not cancelled.", error),
        }),
    });
  const again = () =>
    retry.mutate(
      { runId: run.id, once: crypto.randomUUID() },
      {
        onSuccess: ({ id }) => {
          tellSuccess(`A new run of ${run.taskName} is on its way.`);
          onRetried?.(id);
        },
        onError: (error) => tellFailure("The run was not retried.", error),
      },
    );
  return (
    <>
      {can.cancel(run) && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={14} aria-hidden />}
          loading={cancel.isPending}
          onClick={askToCancel}
        >
          Cancel
        </Button>
      )}
      {can.retry(run) && (
        <Button
          variant="default"
          leftSection={<IconRotateClockwise size={14} aria-hidden />}
          loading={retry.isPending}
          onClick={again}
        >
          Retry
        </Button>
      )}
    </>
  );
}
