import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconCopy,
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconToggleRight,
  IconTrash,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Task } from "../../../../contract/task.ts";
import { paths } from "../../lib/paths.ts";
import { ActionButton, ActionMenuItem } from "../../ui/action.tsx";
import { RunWithButton } from "../../ui/run-with-button.tsx";
import { useTaskCommands } from "../../ui/use-task-commands.ts";

/** What a person can do with the task. */
export function HeaderActions({ task }: { task: Task }) {
  const navigate = useNavigate();
  const commands = useTaskCommands(task, { onRemoved: () => void navigate(paths.tasks()) });
  return (
    <>
      <MoreMenu task={task} commands={commands} />
      <RunWithButton taskId={task.id} />
      <ActionButton
        needs="member"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        loading={commands.isStarting}
        onClick={commands.runNow}
      >
        Run Now
      </ActionButton>
    </>
  );
}

function MoreMenu({ task, commands }: { task: Task; commands: ReturnType<typeof useTaskCommands> }) {
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={190} withinPortal>
      <Menu.Target>
        <Tooltip label="More">
          <ActionIcon size={30} loading={commands.isChanging} aria-label={`More for ${task.name}`}>
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
          onClick={() => commands.setEnabled(!task.enabled)}
        >
          {task.enabled ? "Disable" : "Enable"}
        </ActionMenuItem>
        <Menu.Divider />
        <ActionMenuItem
          needs="member"
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={commands.remove}
        >
          Delete
        </ActionMenuItem>
      </Menu.Dropdown>
    </Menu>
  );
}
