import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { Run, RunErrorCode } from "../../../../contract/run.ts";
import { paths } from "../../lib/paths.ts";
import { CredentialIcon } from "../../ui/icons.ts";

interface Way {
  label: string;
  to: (run: Run) => LinkProps;
}

const credentials: Way = { label: "Manage credentials", to: () => paths.credentials() };
const editTask: Way = { label: "Edit the task", to: ({ taskId }) => paths.task(taskId, "settings") };

/** Where what went wrong is put right; a new reason does not compile until it is said. */
const ways: Record<RunErrorCode, Way | null> = {
  BUDGET_EXCEEDED: { label: "See the costs", to: () => paths.costs() },
  CREDENTIAL_MISSING: credentials,
  CREDENTIAL_REJECTED: credentials,
  ACCESS_TOKEN_REJECTED: editTask,
  PARAMETER_STORE_LOCKED: editTask,
  CLONE_FAILED: editTask,
  SUB_PATH_MISSING: editTask,
  MAX_TURNS: editTask,
  NO_WORK: editTask,
  RATE_LIMITED: null,
  MODEL_UNAVAILABLE: editTask,
  PROVIDER_OVERLOADED: null,
  CREDIT_USED_UP: null,
  AGENT_ERROR: null,
  LAUNCH_FAILED: null,
  RUNNER_LOST: null,
  LEASE_EXPIRED: null,
  DEADLINE_EXCEEDED: editTask,
  NOT_STARTED: editTask,
  SLOT_MISSED: null,
  TASK_DISABLED: editTask,
  OVERLAP_SKIPPED: editTask,
};

/** Why a run did not complete, in one sentence, and what to do about it. */
export function Reason({ run }: { run: Run }) {
  if (!run.error) return null;
  const { code, message, nextStep } = run.error;
  const way = ways[code];
  const isHarmless = code === "OVERLAP_SKIPPED" || code === "TASK_DISABLED";
  const Icon = way === credentials ? CredentialIcon : isHarmless ? IconInfoCircle : IconAlertTriangle;
  return (
    <Alert color={isHarmless ? "gray" : "red"} title={message} icon={<Icon aria-hidden />}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">{nextStep}</Text>
        {way && (
          <Button renderRoot={(props) => <Link {...way.to(run)} {...props} />} variant="default">
            {way.label}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
