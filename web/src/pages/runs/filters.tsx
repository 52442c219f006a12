import { Button, Group, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type RunStatus, runStatuses, statusLabels } from "../../../../contract/run.ts";
import { useTasks } from "../../api/tasks.ts";
import { paths } from "../../lib/paths.ts";
import type { RunsSearch } from "../../lib/search/runs.ts";

const statuses = runStatuses.map((value) => ({ value, label: statusLabels[value] }));

/** Which runs are shown: kept in the address, so that it can be sent to somebody. */
export function Filters({ search }: { search: RunsSearch }) {
  const navigate = useNavigate();
  const { data: tasks } = useTasks();
  const change = (part: RunsSearch) =>
    void navigate({ ...paths.runs({ ...search, ...part, run: undefined }), replace: true, resetScroll: false });
  const options = (tasks ?? []).map(({ id, name }) => ({ value: id, label: name }));
  // The runs of a deleted task are kept: its id still filters.
  if (search.task && tasks && !options.some(({ value }) => value === search.task)) {
    options.push({ value: search.task, label: "A deleted task" });
  }
  return (
    <Group gap="xs" mb="md">
      <Select
        aria-label="Status"
        placeholder="Any status"
        size="xs"
        w={{ base: "calc(50% - 5px)", xs: 150 }}
        data={statuses}
        value={search.status ?? null}
        onChange={(status) => change({ status: (status ?? undefined) as RunStatus | undefined })}
        clearable
        clearButtonProps={{ "aria-label": "Any status" }}
      />
      <Select
        aria-label="Task"
        placeholder="Any task"
        size="xs"
        w={{ base: "calc(50% - 5px)", xs: 220 }}
        data={options}
        value={search.task ?? null}
        onChange={(task) => change({ task: task ?? undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Any task" }}
        nothingFoundMessage="No such task"
        disabled={!tasks}
      />
      {(search.status || search.task) && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => change({ status: undefined, task: undefined })}
        >
          Clear
        </Button>
      )}
    </Group>
  );
}
