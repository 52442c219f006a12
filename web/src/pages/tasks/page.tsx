import { Button, Stack } from "@mantine/core";
import { IconFilterOff, IconPlus, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useCredentials } from "../../api/credentials.ts";
import { useTasks } from "../../api/tasks.ts";
import { formatNumber } from "../../format/number.ts";
import { paths } from "../../lib/paths.ts";
import type { TasksSearch } from "../../lib/search/tasks.ts";
import { ActionButton } from "../../ui/action.tsx";
import { CredentialBar } from "../../ui/credentials/credential-bar.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Filters, noFilter } from "./filters.tsx";
import { Onboarding } from "./onboarding.tsx";
import { selectTasks } from "./select.ts";
import { TaskTable } from "./task-table.tsx";
import { Templates } from "./templates.tsx";

const route = getRouteApi("/tasks");

export function Page() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const tasks = useTasks();
  const credentials = useCredentials();
  const change = (part: Partial<TasksSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace, resetScroll: false });
  const refresh = useMutation({
    mutationFn: () =>
      Promise.all(["tasks", "credentials", "live"].map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
  useLoadedAhead();
  const isFirstVisit = tasks.data?.length === 0 && credentials.data?.length === 0;
  return (
    <>
      <PageHeader title="Tasks" text="What agents do for you, and when">
        <Button
          variant="default"
          size="sm"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={refresh.isPending}
          onClick={() => refresh.mutate()}
        >
          Refresh
        </Button>
        <ActionButton
          needs="member"
          size="sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => void navigate(paths.newTask())}
        >
          Create Task
        </ActionButton>
      </PageHeader>
      {isFirstVisit ? (
        <Onboarding />
      ) : (
        <Stack gap="lg">
          <CredentialBar />
          <Content
            tasks={tasks}
            isStarting={tasks.data?.length === 0 && credentials.isPending}
            search={search}
            change={(part) => change(part, true)}
          />
        </Stack>
      )}
    </>
  );
}

/** Create Task is most likely wanted next: its code comes while nobody waits for it. */
function useLoadedAhead(): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => router.preloadRoute(paths.newTask()).catch(() => {}), 500);
    return () => clearTimeout(timer);
  }, [router]);
}

interface ContentProps {
  tasks: ReturnType<typeof useTasks>;
  /** What a workspace without tasks shows depends on its credentials, which are not known yet. */
  isStarting: boolean;
  search: TasksSearch;
  change: (part: Partial<TasksSearch>) => void;
}

function Content({ tasks: { data, error, refetch }, isStarting, search, change }: ContentProps) {
  if (!data && error) return <ErrorNotice error={error} retry={refetch} />;
  if (data?.length === 0 && !isStarting) return <Templates title="Begin with one of these, or create your own" />;
  const selected = data && selectTasks(data, search);
  return (
    <div>
      <Filters search={search} change={change} count={selected && data ? counted(selected.length, data.length) : ""} />
      {selected?.length === 0 && !isStarting ? (
        <EmptyState
          icon={IconFilterOff}
          title="No task is like that"
          text="None of your tasks matches the search and the filters."
          action={
            <Button variant="default" onClick={() => change(noFilter)}>
              Show all tasks
            </Button>
          }
        />
      ) : (
        <TaskTable tasks={isStarting ? undefined : selected} search={search} change={change} />
      )}
    </div>
  );
}

function counted(shown: number, all: number): string {
  if (shown < all) return `${formatNumber(shown)} of ${formatNumber(all)} tasks`;
  return all === 1 ? "1 task" : `${formatNumber(all)} tasks`;
}
