import { Anchor, Breadcrumbs, Skeleton, Tabs } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError } from "../../../../contract/client.ts";
import type { Task } from "../../../../contract/task.ts";
import { useTask } from "../../api/tasks.ts";
import { paths } from "../../lib/paths.ts";
import { type TaskTab, taskTabs } from "../../lib/search/task.ts";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { HeaderActions } from "./header-actions.tsx";
import { Overview } from "./overview.tsx";
import { Prompt } from "./prompt.tsx";
import { Runs } from "./runs.tsx";
import { Settings } from "./settings.tsx";
import { Standing } from "./standing.tsx";
import classes from "./task.module.css";
import { Triggers } from "./triggers.tsx";

const route = getRouteApi("/tasks/$taskId");

const tabs: Record<TaskTab, { label: string; show: (task: Task) => ReactNode }> = {
  overview: { label: "Overview", show: (task) => <Overview task={task} /> },
  runs: { label: "Runs", show: (task) => <Runs task={task} /> },
  prompt: { label: "Prompt", show: (task) => <Prompt task={task} /> },
  triggers: { label: "Triggers", show: (task) => <Triggers task={task} /> },
  settings: { label: "Settings", show: (task) => <Settings task={task} /> },
};

/** One task: how it does, what it ran, what it is asked, when it runs, and how it is set up. */
export function Page() {
  const { taskId } = route.useParams();
  // Another task is another page, with nothing left of the one before.
  return <TaskPage key={taskId} taskId={taskId} />;
}

function TaskPage({ taskId }: { taskId: string }) {
  const { tab = "overview" } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: task, error, refetch } = useTask(taskId);
  if (!task && error) {
    const isGone = error instanceof ApiError && error.code === "not_found";
    return (
      <>
        <Trail />
        <PageHeader title="Task" />
        <ErrorNotice error={error} {...(!isGone && { retry: refetch })} />
      </>
    );
  }
  const choose = (value: string | null) =>
    void navigate({ ...paths.task(taskId, (value ?? "overview") as TaskTab), resetScroll: false });
  return (
    <>
      <Trail />
      {task ? (
        <PageHeader title={task.name} text={<Standing task={task} />}>
          <HeaderActions task={task} />
        </PageHeader>
      ) : (
        <PageHeader title="Task" text={<Skeleton height={22} width={260} mt={4} />}>
          <Skeleton height={30} width={220} />
        </PageHeader>
      )}
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List className={classes.tabs} aria-label="Parts of the task">
          {taskTabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {tabs[name].label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {taskTabs.map((name) => (
          <Tabs.Panel key={name} value={name} pt="md">
            {task ? tabs[name].show(task) : <Skeleton height={320} radius="md" />}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

function Trail() {
  return (
    <Breadcrumbs mb={4} fz="sm" component="nav" aria-label="Breadcrumbs">
      <Anchor renderRoot={(props) => <Link {...paths.tasks()} {...props} />} fz="sm">
        Tasks
      </Anchor>
    </Breadcrumbs>
  );
}
