import { statusLabels } from "../../../../contract/run.ts";
import type { Task } from "../../../../contract/task.ts";
import { isUnderWay } from "../../api/paging.ts";
import type { TaskOrder, TaskState, TasksSearch } from "../../lib/search/tasks.ts";
import { hasEveryWord } from "../../lib/words.ts";

const inState: Record<TaskState, (task: Task) => boolean> = {
  enabled: (task) => task.enabled,
  disabled: (task) => !task.enabled,
  running: (task) => isUnderWay(task.lastRun),
  failing: (task) => task.lastRun?.status === "FAILED" || task.lastRun?.status === "TIMED_OUT",
};

export const stateLabels: Record<TaskState, string> = {
  enabled: "Enabled",
  disabled: "Disabled",
  running: "Running now",
  failing: "Last run failed",
};

/** What a task is ordered by; null comes last either way. */
const orderOf: Record<TaskOrder, (task: Task) => string | null> = {
  name: (task) => task.name.toLowerCase(),
  lastRun: (task) => task.lastRun?.createdAt ?? null,
  nextRun: (task) => task.nextRunAt,
};

const collator = new Intl.Collator(undefined, { numeric: true });

/** The tasks that the address asks for, in its order: by name unless it says otherwise. */
export function selectTasks(
  tasks: readonly Task[],
  { q = "", state, agent, sort = "name", desc }: TasksSearch,
): Task[] {
  const matches = ({ name, description, scheduleText, lastRun }: Task) =>
    hasEveryWord([name, description, scheduleText, lastRun && statusLabels[lastRun.status]].join(" "), q);
  const key = orderOf[sort];
  const sign = desc ? -1 : 1;
  return tasks
    .filter((task) => (!state || inState[state](task)) && (!agent || task.agentType === agent) && matches(task))
    .sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      if (left === null || right === null) return Number(left === null) - Number(right === null);
      return sign * collator.compare(left, right);
    });
}
