import type { Task } from "../../../../contract/task.ts";
import type { TaskOrder, TasksSearch } from "../../lib/search/tasks.ts";
import { type Column, VirtualTable } from "../../ui/virtual-table.tsx";
import { TaskActions } from "./task-actions.tsx";
import { AgentLabel, LastRun, NextRun, ScheduleCell, TaskName } from "./task-cells.tsx";
import classes from "./tasks.module.css";

interface TaskTableProps {
  /** Undefined while they are on their way. */
  tasks: Task[] | undefined;
  search: TasksSearch;
  change: (part: Partial<TasksSearch>) => void;
}

export function TaskTable({ tasks, search, change }: TaskTableProps) {
  const sortBy = (order: TaskOrder): Column<Task>["sort"] => {
    const isSorted = (search.sort ?? "name") === order;
    return {
      direction: isSorted ? (search.desc ? "descending" : "ascending") : "none",
      onSort: () => change({ sort: order, desc: isSorted && !search.desc ? true : undefined }),
    };
  };
  const columns: Column<Task>[] = [
    {
      id: "name",
      title: "Name",
      width: "minmax(0, 1.4fr)",
      sort: sortBy("name"),
      cell: (task) => <TaskName task={task} />,
    },
    {
      id: "agent",
      title: "Agent Type",
      width: "104px",
      from: 1080,
      cell: (task) => <AgentLabel task={task} />,
    },
    { id: "schedule", title: "Schedule", width: "minmax(0, 1fr)", cell: (task) => <ScheduleCell task={task} /> },
    {
      id: "lastRun",
      title: "Last Run",
      width: "206px",
      sort: sortBy("lastRun"),
      cell: (task) => <LastRun task={task} />,
    },
    {
      id: "nextRun",
      title: "Next Run",
      width: "176px",
      sort: sortBy("nextRun"),
      cell: (task) => <NextRun task={task} />,
    },
    { id: "actions", title: "Actions", width: "142px", align: "right", cell: (task) => <TaskActions task={task} /> },
  ];
  return (
    <VirtualTable
      label="Tasks"
      rows={tasks}
      keyOf={keyOf}
      total={tasks?.length ?? null}
      columns={columns}
      card={(task) => <TaskCard task={task} />}
    />
  );
}

const keyOf = ({ id }: Task) => id;

/** The same on a phone. */
function TaskCard({ task }: { task: Task }) {
  return (
    <>
      <TaskName task={task} />
      <div className={classes.facts}>
        <ScheduleCell task={task} />
        <LastRun task={task} />
        <div className={classes.line}>
          {task.nextRunAt && <span className={classes.resting}>Next Run</span>}
          <NextRun task={task} />
        </div>
      </div>
      <div className={classes.cardFoot}>
        <AgentLabel task={task} />
        <TaskActions task={task} />
      </div>
    </>
  );
}
