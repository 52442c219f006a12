import { ActionIcon, Group, Menu, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconDots,
  IconHistory,
  IconMessagePlus,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconToggleRight,
  IconTrash,
} from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Task } from "../../../../contract/task.ts";
import { ActionButton, ActionMenuItem } from "../../ui/action.tsx";
import { useTaskActions } from "./use-task-actions.tsx";

const RunWith = lazy(() => import("../../ui/run-with.tsx"));

/** Run Now, and a menu with the rest. */
export function TaskActions({ task }: { task: Task }) {
  const actions = useTaskActions(task);
  const [asks, setAsks] = useState(false);
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <ActionButton
        needs="member"
        variant="default"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        loading={actions.isStarting}
        onClick={actions.runNow}
        aria-label={`Run Now: ${task.name}`}
      >
        Run Now
      </ActionButton>
      <Menu position="bottom-end" width={190} withinPortal>
        <Menu.Target>
          <Tooltip label="More">
            <ActionIcon size={30} loading={actions.isChanging} aria-label={`More for ${task.name}`}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={actions.viewRuns}>
            View Runs
          </Menu.Item>
          <ActionMenuItem
            needs="member"
            leftSection={<IconMessagePlus size={16} aria-hidden />}
            onClick={() => setAsks(true)}
          >
            Run With…
          </ActionMenuItem>
          <ActionMenuItem needs="member" leftSection={<IconPencil size={16} aria-hidden />} onClick={actions.edit}>
            Edit
          </ActionMenuItem>
          <ActionMenuItem needs="member" leftSection={<IconCopy size={16} aria-hidden />} onClick={actions.duplicate}>
            Duplicate
          </ActionMenuItem>
          <ActionMenuItem
            needs="member"
            leftSection={
              task.enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconToggleRight size={16} aria-hidden />
            }
            onClick={() => actions.setEnabled(!task.enabled)}
          >
            {task.enabled ? "Disable" : "Enable"}
          </ActionMenuItem>
          <Menu.Divider />
          <ActionMenuItem
            needs="member"
            c="var(--mantine-color-error)"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={actions.remove}
          >
            Delete
          </ActionMenuItem>
        </Menu.Dropdown>
      </Menu>
      {asks && (
        <Suspense>
          <RunWith task={task} onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </Group>
  );
}
