import { agents, agentTypes } from "../../../../contract/agent.ts";
import { type TasksSearch, taskStates } from "../../lib/search/tasks.ts";
import { FilterBar } from "../../ui/filter-bar.tsx";
import { OneOf } from "../../ui/filters/choice.tsx";
import { stateLabels } from "./select.ts";

interface FiltersProps {
  search: TasksSearch;
  change: (part: Partial<TasksSearch>) => void;
  /** How many tasks are shown, in words. */
  count: string;
}

const states = taskStates.map((value) => ({ value, label: stateLabels[value] }));
const types = agentTypes.map((value) => ({ value, label: agents[value].label }));

export function Filters({ search, change, count }: FiltersProps) {
  const { q, state, agent } = search;
  return (
    <FilterBar
      noun="tasks"
      q={q}
      onSearch={(next) => change({ q: next })}
      isSet={Boolean(q || state || agent)}
      onClear={() => change(noFilter)}
      end={<span role="status">{count}</span>}
    >
      <OneOf label="State" choices={states} value={state} onChange={(next) => change({ state: next })} />
      <OneOf label="Agent Type" choices={types} value={agent} onChange={(next) => change({ agent: next })} />
    </FilterBar>
  );
}

export const noFilter: Partial<TasksSearch> = { q: undefined, state: undefined, agent: undefined };
