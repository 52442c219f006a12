import { ActionIcon, Button, Group, Menu, Tooltip } from "@mantine/core";
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
import { useMay } from "../../api/session.ts";
import { useTaskActions } from "./use-task-actions.tsx";

const RunWithInput = lazy(() => import("./run-with-input.tsx"));

/** Run Now, and a menu with the rest. */
export function TaskActions({ task }: { task: Task }) {
  const actions = useTaskActions(task);
  const mayChange = useMay("member");
  const [asks, setAsks] = useState(false);
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {mayChange && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={actions.isStarting}
          onClick={actions.runNow}
          aria-label={`Run Now: ${task.name}`}
        >
          Run Now
        </Button>
      )}
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
          {mayChange && (
            <>
              <Menu.Item leftSection={<IconMessagePlus size={16} aria-hidden />} onClick={() => setAsks(true)}>
                Run With Input
              </Menu.Item>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={actions.edit}>
                Edit
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={actions.duplicate}>
                Duplicate
              </Menu.Item>
              <Menu.Item
                leftSection={
                  task.enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconToggleRight size={16} aria-hidden />
                }
                onClick={() => actions.setEnabled(!task.enabled)}
              >
                {task.enabled ? "Disable" : "Enable"}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item
                c="var(--mantine-color-error)"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={actions.remove}
              >
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asks && (
        <Suspense>
          <RunWithInput task={task} onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </Group>
  );
}
