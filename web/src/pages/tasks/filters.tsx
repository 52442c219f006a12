import { CloseButton, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { agents, agentTypes } from "../../../../contract/agent.ts";
import { type TasksSearch, taskStates } from "../../lib/search/tasks.ts";
import { stateLabels } from "./select.ts";
import classes from "./tasks.module.css";

interface FiltersProps {
  search: TasksSearch;
  change: (part: Partial<TasksSearch>) => void;
}

export function Filters({ search, change }: FiltersProps) {
  const [text, setText] = useState(search.q ?? "");
  const apply = useDebouncedCallback((q: string) => change({ q: q || undefined }), 200);
  useEffect(() => setText(search.q ?? ""), [search.q]);
  const write = (value: string) => {
    setText(value);
    apply(value);
  };
  return (
    <Group gap="xs" mb="sm" role="search" aria-label="Tasks">
      <TextInput
        className={classes.search}
        aria-label="Search tasks"
        placeholder="Search tasks"
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => write("")} />}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <Select
        className={classes.filter}
        aria-label="State"
        placeholder="Any state"
        clearable
        data={taskStates.map((value) => ({ value, label: stateLabels[value] }))}
        value={search.state ?? null}
        onChange={(value) => change({ state: value ?? undefined })}
      />
      <Select
        className={classes.filter}
        aria-label="Agent Type"
        placeholder="Any agent type"
        clearable
        data={agentTypes.map((value) => ({ value, label: agents[value].label }))}
        value={search.agent ?? null}
        onChange={(value) => change({ agent: value ?? undefined })}
      />
    </Group>
  );
}
