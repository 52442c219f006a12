import type { RunStatus } from "../../contract/run.ts";
import { type TaskRow, type TaskStateRow, type TransactionRows, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { nextSlots } from "../schedule/next-slots.ts";
import { secondsSince } from "../time.ts";

/** How many tasks a workspace has, and of these, how many are enabled, and how many failed when they ran last. */
export interface TaskCounts {
  total: number;
  enabled: number;
  failing: number;
}

/** The write that adds to a workspace's count of tasks: none where nothing changes. */
export function countTasks(ctx: Context, rows: TransactionRows, workspaceId: string, change: Partial<TaskCounts>) {
  const changes = Object.entries(change).filter(([, by]) => by !== 0);
  if (changes.length === 0) return [];
  return [
    rows.taskCount
      .upsert({ workspaceId })
      .add(Object.fromEntries(changes))
      .set({ movedAt: ctx.now().toISOString() })
      .commit(),
  ];
}

export const isFailing = (status: RunStatus | undefined) => status === "FAILED" || status === "TIMED_OUT";

/** The same counted anew, from the small rows of the tasks. */
export function countsOf(states: TaskStateRow[]): TaskCounts {
  const there = states.filter(({ deletedAt }) => deletedAt === undefined);
  return {
    total: there.length,
    enabled: there.filter(({ enabled }) => enabled).length,
    failing: there.filter(({ lastRunStatus }) => isFailing(lastRunStatus)).length,
  };
}

/** What the small row of a task keeps of its definition, so that a list of what comes next reads no task. */
export function outlookOf(
  ctx: Context,
  { schedule, enabled }: Pick<TaskRow, "schedule" | "enabled">,
  after = ctx.now().toISOString(),
): { enabled: boolean; nextSlot: string } {
  const from = new Date(Math.max(ctx.now().getTime(), Date.parse(after)));
  const [next] = enabled ? nextSlots(schedule, { from, count: 1 }) : [];
  return { enabled, nextSlot: next?.toISOString() ?? none };
}
const none = "none";

export const noOutlook = { enabled: false, nextSlot: none } as const;

/** A slot that passed so many seconds ago has started nothing that would have put the next one in its place. */
const late = 600;

/** Puts the next slot of a task in its place, where the last one was never delivered. */
export async function refreshOutlook(ctx: Context, state: TaskStateRow): Promise<void> {
  const { workspaceId, taskId, nextSlot, deletedAt } = state;
  if (nextSlot === undefined || nextSlot === none || secondsSince(ctx.now(), nextSlot) < late) return;
  const { task, taskState } = ctx.table.entities;
  const { data } = await task.get({ workspaceId, taskId }).go({ consistent: true });
  const outlook = data && deletedAt === undefined ? outlookOf(ctx, data) : noOutlook;
  const write = taskState
    .patch({ workspaceId, taskId })
    .set({ nextSlot: outlook.nextSlot })
    .where((row, { eq }) => eq(row.nextSlot, nextSlot));
  await tookEffect(write.go());
}
