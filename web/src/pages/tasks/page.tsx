import { Button, Pagination, Skeleton, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconFilterOff, IconPlus, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useCredentials } from "../../api/credentials.ts";
import { useTasks } from "../../api/tasks.ts";
import { paths } from "../../lib/paths.ts";
import type { TasksSearch } from "../../lib/search/tasks.ts";
import { ActionButton } from "../../ui/action.tsx";
import { CredentialBar } from "../../ui/credentials/credential-bar.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Filters } from "./filters.tsx";
import { Onboarding } from "./onboarding.tsx";
import { selectTasks } from "./select.ts";
import { TaskCards, TaskTable } from "./task-table.tsx";
import { Templates } from "./templates.tsx";

const route = getRouteApi("/tasks");
const perPage = 50;

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
            change={(part) => change({ ...part, page: part.page }, true)}
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
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  if (!data && error) return <ErrorNotice error={error} retry={refetch} />;
  if (!data || isStarting) return <Skeleton height={360} radius="md" />;
  if (data.length === 0) return <Templates title="Begin with one of these, or create your own" />;
  const selected = selectTasks(data, search);
  const pages = Math.ceil(selected.length / perPage);
  const page = Math.min(search.page ?? 1, Math.max(pages, 1));
  const shown = selected.slice((page - 1) * perPage, page * perPage);
  return (
    <div>
      <Filters search={search} change={change} />
      {selected.length === 0 ? (
        <EmptyState
          icon={IconFilterOff}
          title="No task is like that"
          text="None of your tasks matches the search and the filters."
          action={
            <Button variant="default" onClick={() => change({ q: undefined, state: undefined, agent: undefined })}>
              Show all tasks
            </Button>
          }
        />
      ) : isNarrow ? (
        <TaskCards tasks={shown} />
      ) : (
        <TaskTable tasks={shown} search={search} change={change} />
      )}
      <Stack gap="xs" mt="sm" align="center">
        <Text size="sm" c="dimmed" role="status">
          {selected.length === data.length ? "" : `${selected.length} of ${data.length} tasks`}
        </Text>
        {pages > 1 && (
          <Pagination
            total={pages}
            value={page}
            onChange={(next) => change({ page: next > 1 ? next : undefined })}
            getControlProps={(control) => ({ "aria-label": `${control} page` })}
          />
        )}
      </Stack>
    </div>
  );
}
