import { Button } from "@mantine/core";
import { IconFilterOff, IconListDetails, IconRefresh } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { RunSummary } from "../../../../contract/run.ts";
import { useRuns } from "../../api/runs.ts";
import { paths } from "../../lib/paths.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RunDrawer } from "./drawer.tsx";
import { Filters } from "./filters.tsx";
import { RunTable } from "./table.tsx";

/** All runs, newest first. */
export function Page() {
  const search = useSearch({ from: "/runs" });
  const navigate = useNavigate();
  const { status, task, run } = search;
  // A task keeps so few runs that they come at once: its runs of one status are found among them.
  const list = useRuns(task ? { taskId: task } : { status });
  const all = list.data?.pages.flatMap(({ items }) => items);
  const runs = task && status ? all?.filter((each) => each.status === status) : all;
  const open = ({ id }: RunSummary) => void navigate({ ...paths.runs({ ...search, run: id }), resetScroll: false });
  const more = () => void (list.isFetching || list.fetchNextPage());
  const close = () => void navigate({ ...paths.runs({ ...search, run: undefined }), resetScroll: false });
  return (
    <>
      <PageHeader title="Runs" text="Every run of every task, newest first.">
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} aria-hidden />}
          loading={list.isRefetching && !list.isFetchingNextPage && !list.isPlaceholderData}
          loaderProps={{ type: "dots" }}
          onClick={() => void list.refetch()}
        >
          Refresh
        </Button>
      </PageHeader>
      <Filters search={search} />
      {list.error && !runs ? (
        <ErrorNotice error={list.error} retry={() => void list.refetch()} />
      ) : runs?.length === 0 ? (
        <NoRuns isFiltered={Boolean(task || status)} />
      ) : (
        <RunTable
          runs={runs}
          isOld={list.isPlaceholderData}
          hasMore={list.hasNextPage}
          onMore={more}
          openId={run}
          onOpen={open}
        />
      )}
      <RunDrawer runId={run} onClose={close} />
    </>
  );
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={IconFilterOff}
        title="No run like this"
        text="Nothing among the runs that are kept has this status and task."
        action={
          <Button variant="default" renderRoot={(props) => <Link {...paths.runs()} {...props} />}>
            Show all runs
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={IconListDetails}
      title="Nothing has run yet"
      text="A run appears here when a task's schedule comes, or when you press Run Now on a task."
      action={<Button renderRoot={(props) => <Link {...paths.tasks()} {...props} />}>Go to your tasks</Button>}
    />
  );
}
