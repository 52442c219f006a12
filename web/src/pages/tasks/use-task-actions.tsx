import { useNavigate } from "@tanstack/react-router";
import type { Task } from "../../../../contract/task.ts";
import { paths } from "../../lib/paths.ts";
import { useTaskCommands } from "../../ui/use-task-commands.ts";

/** What a person can do with a task of the table. */
export function useTaskActions(task: Task) {
  const navigate = useNavigate();
  return {
    ...useTaskCommands(task),
    viewRuns: () => navigate(paths.task(task.id, "runs")),
    edit: () => navigate(paths.task(task.id, "settings")),
    duplicate: () => navigate(paths.newTask({ from: task.id })),
  };
}
