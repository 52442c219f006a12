import { linkOptions } from "@tanstack/react-router";
import type { CostsSearch } from "./search/costs.ts";
import type { NewTaskSearch } from "./search/new-task.ts";
import type { RunsSearch } from "./search/runs.ts";
import type { TaskTab } from "./search/task.ts";
import type { TasksSearch } from "./search/tasks.ts";

/** Every address of the console: `<Link {...paths.run(id)}>`, `navigate(paths.newTask())`. */
export const paths = {
  home: () => linkOptions({ to: "/" }),
  tasks: (search: TasksSearch = {}) => linkOptions({ to: "/tasks", search }),
  newTask: (search: NewTaskSearch = {}) => linkOptions({ to: "/tasks/new", search }),
  task: (taskId: string, tab?: TaskTab) =>
    linkOptions({ to: "/tasks/$taskId", params: { taskId }, search: { tab: tab === "overview" ? undefined : tab } }),
  runs: (search: RunsSearch = {}) => linkOptions({ to: "/runs", search }),
  /** `line` is attempt and number: `1.240`. */
  run: (runId: string, line?: string) =>
    linkOptions({ to: "/runs/$runId", params: { runId }, ...(line !== undefined && { hash: `L${line}` }) }),
  costs: (search: CostsSearch = {}) => linkOptions({ to: "/costs", search }),
  credentials: () => linkOptions({ to: "/connect/credentials" }),
  keys: () => linkOptions({ to: "/connect/keys" }),
  parameterStores: () => linkOptions({ to: "/connect/parameter-stores" }),
};
