import { Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import type { Task } from "../../../../contract/task.ts";
import type { TaskOrder, TasksSearch } from "../../lib/search/tasks.ts";
import { TaskActions } from "./task-actions.tsx";
import { AgentLabel, LastRun, NextRun, ScheduleCell, TaskName } from "./task-cells.tsx";
import classes from "./tasks.module.css";

interface TaskTableProps {
  tasks: Task[];
  search: TasksSearch;
  change: (part: Partial<TasksSearch>) => void;
}

export function TaskTable({ tasks, search, change }: TaskTableProps) {
  const heading = (order: TaskOrder, label: string) => (
    <Sortable order={order} label={label} search={search} change={change} />
  );
  return (
    <div className={classes.frame}>
      <Table layout="fixed" highlightOnHover className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            {heading("name", "Name")}
            <Table.Th className={classes.agentColumn}>Agent Type</Table.Th>
            <Table.Th>Schedule</Table.Th>
            {heading("lastRun", "Last Run")}
            {heading("nextRun", "Next Run")}
            <Table.Th className={classes.actionColumn}>
              <span className={classes.unseen}>Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.map((task) => (
            <Table.Tr key={task.id}>
              <Table.Td>
                <TaskName task={task} />
              </Table.Td>
              <Table.Td className={classes.agentColumn}>
                <AgentLabel task={task} />
              </Table.Td>
              <Table.Td>
                <ScheduleCell task={task} />
              </Table.Td>
              <Table.Td>
                <LastRun task={task} />
              </Table.Td>
              <Table.Td>
                <NextRun task={task} />
              </Table.Td>
              <Table.Td>
                <TaskActions task={task} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface SortableProps extends Omit<TaskTableProps, "tasks"> {
  order: TaskOrder;
  label: string;
}

function Sortable({ order, label, search, change }: SortableProps) {
  const isSorted = (search.sort ?? "name") === order;
  const Icon = !isSorted ? IconArrowsSort : search.desc ? IconArrowDown : IconArrowUp;
  const direction = isSorted ? (search.desc ? "descending" : "ascending") : "none";
  return (
    <Table.Th aria-sort={direction} className={classes[order]}>
      <UnstyledButton
        className={classes.sort}
        data-sorted={isSorted || undefined}
        onClick={() => change({ sort: order, desc: isSorted && !search.desc ? true : undefined })}
      >
        {label}
        <Icon size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}

/** The same on a phone: a card for each task. */
export function TaskCards({ tasks }: { tasks: Task[] }) {
  return (
    <ul className={classes.cards}>
      {tasks.map((task) => (
        <li key={task.id} className={classes.card}>
          <TaskName task={task} />
          <div className={classes.facts}>
            <div>
              <ScheduleCell task={task} />
            </div>
            <LastRun task={task} />
            {task.nextRunAt && (
              <div>
                <span className={classes.factName}>Next Run</span> <NextRun task={task} />
              </div>
            )}
          </div>
          <div className={classes.cardFoot}>
            <AgentLabel task={task} />
            <TaskActions task={task} />
          </div>
        </li>
      ))}
    </ul>
  );
}
