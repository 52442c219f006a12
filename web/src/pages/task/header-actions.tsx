import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconDots,
  IconMessagePlus,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconToggleRight,
  IconTrash,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Task } from "../../../../contract/task.ts";
import { isUnderWay } from "../../api/paging.ts";
import { useDeleteTask, useRunTask, useSaveTask } from "../../api/tasks.ts";
import { tellFailure, tellSuccess } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import { ActionButton, ActionMenuItem } from "../../ui/action.tsx";
import { confirm } from "../../ui/confirm.tsx";

const RunWithInput = lazy(() => import("../tasks/run-with-input.tsx"));

/** What a person can do with the task. */
export function HeaderActions({ task }: { task: Task }) {
  const run = useRunTask();
  const [asks, setAsks] = useState(false);
  const runNow = () =>
    run.mutate(
      { taskId: task.id, once: crypto.randomUUID() },
      {
        onSuccess: () => tellSuccess(`${task.name} is on its way.`),
        onError: (error) => tellFailure(`${task.name} was not started.`, error),
      },
    );
  return (
    <>
      <MoreMenu task={task} />
      <ActionButton
        needs="member"
        variant="default"
        leftSection={<IconMessagePlus size={14} aria-hidden />}
        onClick={() => setAsks(true)}
      >
        Run With…
      </ActionButton>
      <ActionButton
        needs="member"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        loading={run.isPending}
        onClick={runNow}
      >
        Run Now
      </ActionButton>
      {asks && (
        <Suspense>
          <RunWithInput task={task} onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </>
  );
}

function MoreMenu({ task }: { task: Task }) {
  const navigate = useNavigate();
  const save = useSaveTask();
  const remove = useDeleteTask();
  const setEnabled = (enabled: boolean) =>
    save.mutate(
      { task, body: { enabled } },
      {
        onSuccess: () => tellSuccess(`${task.name} is ${enabled ? "enabled" : "disabled"}.`),
        onError: (error) => tellFailure(`${task.name} was not ${enabled ? "enabled" : "disabled"}.`, error),
      },
    );
  const askToRemove = () =>
    confirm({
      title: `Delete ${task.name}?`,
      text: isUnderWay(task.lastRun)
        ? "It runs now: the run is cancelled, and its history and logs go with the task. This cannot be undone."
        : "Its run history and logs go with it. This cannot be undone.",
      confirm: "Delete",
      onConfirm: () =>
        remove.mutate(task.id, {
          onSuccess: () => {
            tellSuccess(`${task.name} is deleted.`);
            void navigate(paths.tasks());
          },
          onError: (error) => tellFailure(`${task.name} was not deleted.`, error),
        }),
    });
  return (
    <Menu position="bottom-end" width={190} withinPortal>
      <Menu.Target>
        <Tooltip label="More">
          <ActionIcon size={30} loading={save.isPending || remove.isPending} aria-label={`More for ${task.name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          renderRoot={(props) => <Link {...paths.task(task.id, "settings")} {...props} />}
        >
          Edit
        </Menu.Item>
        <ActionMenuItem
          needs="member"
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => void navigate(paths.newTask({ from: task.id }))}
        >
          Duplicate
        </ActionMenuItem>
        <ActionMenuItem
          needs="member"
          leftSection={
            task.enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconToggleRight size={16} aria-hidden />
          }
          onClick={() => setEnabled(!task.enabled)}
        >
          {task.enabled ? "Disable" : "Enable"}
        </ActionMenuItem>
        <Menu.Divider />
        <ActionMenuItem
          needs="member"
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={askToRemove}
        >
          Delete
        </ActionMenuItem>
      </Menu.Dropdown>
    </Menu>
  );
}
