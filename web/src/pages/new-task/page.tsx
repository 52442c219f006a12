import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useCanGoBack, useNavigate, useRouter } from "@tanstack/react-router";
import { ApiError } from "../../../../contract/client.ts";
import { taskTemplates } from "../../../../contract/template.ts";
import { useCredentials } from "../../api/credentials.ts";
import { freeNameQuery, useCreateTask, useTask } from "../../api/tasks.ts";
import { tellSuccess } from "../../lib/errors.ts";
import { paths } from "../../lib/paths.ts";
import type { NewTaskSearch } from "../../lib/search/new-task.ts";
import { confirm } from "../../ui/confirm.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { dropDraft } from "../../ui/task-form/draft.ts";
import { TaskForm } from "../../ui/task-form/task-form.tsx";
import { emptyValues, type TaskBody, valuesOfCopy, valuesOfTemplate } from "../../ui/task-form/values.ts";

const route = getRouteApi("/tasks/new");

/** Create Task: from nothing, from a template, or as a copy of another task. */
export function Page() {
  const search = route.useSearch();
  const title = search.from ? "Duplicate Task" : "Create Task";
  return (
    <>
      <PageHeader title={title} text="What the agent is to do, when, and with what" />
      <Contents key={draftIdOf(search)} search={search} />
    </>
  );
}

function draftIdOf({ from, template }: NewTaskSearch): string {
  return from ? `duplicate.${from}` : `create.${template ?? ""}`;
}

function Contents({ search }: { search: NewTaskSearch }) {
  const begin = useBeginning(search);
  const create = useCreateTask();
  const navigate = useNavigate();
  const leave = useWayBack();
  const draftId = draftIdOf(search);
  if (begin.error) {
    const isGone = begin.error instanceof ApiError && begin.error.code === "not_found";
    return <ErrorNotice error={begin.error} {...(!isGone && { retry: begin.retry })} />;
  }
  if (!begin.values) return <FormSkeleton />;
  const cancel = (isDirty: boolean) => {
    if (!isDirty) return leave();
    confirm({
      title: "Discard your changes?",
      text: "What you typed here is not saved.",
      confirm: "Discard",
      dismiss: "Keep editing",
      onConfirm: () => {
        dropDraft(draftId);
        leave();
      },
    });
  };
  return (
    <TaskForm
      task={undefined}
      alike={begin.original}
      initial={begin.values}
      draftId={draftId}
      submitLabel="Create"
      save={(body) => create.mutateAsync(body as TaskBody)}
      onSaved={() => {
        tellSuccess("The task is created.");
        void navigate({ ...paths.tasks(), replace: true });
      }}
      onCancel={cancel}
    />
  );
}

/** What the form begins with. A copy needs the task and a name that is free. */
function useBeginning({ from, template: wanted }: NewTaskSearch) {
  const { data: credentials, isPending } = useCredentials();
  const original = useTask(from);
  const name = useQuery(freeNameQuery(original.data?.name));
  const agentType = credentials?.[0]?.agentType ?? "claude-runner";
  const template = taskTemplates.find(({ id }) => id === wanted);
  const retry = () => void Promise.all([original.refetch(), name.refetch()]);
  const failed = { error: original.error ?? name.error, original: original.data, retry };
  if (from !== undefined) {
    const isReady = original.data !== undefined && name.data !== undefined;
    return { ...failed, values: isReady ? valuesOfCopy(original.data, name.data) : undefined };
  }
  if (isPending) return { ...failed, values: undefined };
  return { ...failed, values: template ? valuesOfTemplate(template, agentType) : emptyValues(agentType) };
}

/** Back to where one came from; to the tasks for who came here by an address. */
function useWayBack(): () => void {
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const navigate = useNavigate();
  return () => (canGoBack ? router.history.back() : void navigate({ ...paths.tasks(), replace: true }));
}

function FormSkeleton() {
  return (
    <Stack role="status" aria-label="Loading" maw={640}>
      <Skeleton height={56} />
      <Skeleton height={290} />
      <Skeleton height={56} />
      <Skeleton height={180} />
    </Stack>
  );
}
