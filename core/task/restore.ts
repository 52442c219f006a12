import { nameKey } from "../../contract/name.ts";
import type { Requester } from "../../contract/run.ts";
import { isOrIsNot, type TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { notFound, Refusal } from "../error.ts";
import { replacedSchedule } from "../schedule/in-force.ts";
import { countTasks, isFailing, outlookOf } from "./count.ts";
import { readState } from "./state.ts";

/**
 * Brings a deleted task back as it was, under its name. Slots that passed meanwhile had no task, and runs that were
 * cancelled stay so. One that is there is left as it is, so that a restoration that is sent twice is one.
 * Errors: not_found once it is purged; name_taken.
 */
export async function restoreTask(ctx: Context, workspaceId: string, taskId: string, by: Requester): Promise<TaskRow> {
  const { data: task } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  if (!task) throw notFound("task");
  const { deletedAt } = task;
  if (deletedAt === undefined) return task;
  const state = await readState(ctx, task);
  const updatedAt = new Date(Math.max(ctx.now().getTime(), Date.parse(task.updatedAt) + 1)).toISOString();
  const change = { ...heldSince(ctx, task, deletedAt), updatedAt, updatedBy: by };
  const more = { total: 1, enabled: Number(task.enabled), failing: Number(isFailing(state?.lastRunStatus)) };
  const { canceled, data } = await ctx.table.transaction
    .write((rows) => [
      rows.task
        .patch({ workspaceId, taskId })
        .set(change)
        .remove(["deletedAt"])
        .where((row, { eq }) => eq(row.deletedAt, deletedAt))
        .commit(),
      rows.taskName.create({ workspaceId, lowerName: nameKey(task.name), taskId }).commit(),
      ...(state
        ? [
            rows.taskState
              .patch({ workspaceId, taskId })
              .set({ nextSlot: outlookOf(ctx, task).nextSlot })
              .remove(["deletedAt"])
              .where((row, is) => isOrIsNot(row.lastRunStatus, state.lastRunStatus, is))
              .commit(),
            ...countTasks(ctx, rows, workspaceId, more),
          ]
        : []),
    ])
    .go();
  if (!canceled) {
    const { deletedAt: _, ...rest } = task;
    return { ...rest, ...change };
  }
  const [taskPart, namePart] = data as { rejected: boolean }[];
  if (namePart?.rejected && !taskPart?.rejected) throw nameTaken(task.name);
  // Somebody else restored or purged it, or a run of it has ended since it was read.
  return restoreTask(ctx, workspaceId, taskId, by);
}

/** The schedule begins anew: from the deletion to now the task had none. */
function heldSince(ctx: Context, task: TaskRow, deletedAt: string) {
  const before = { ...task, ...replacedSchedule(ctx, task) };
  return replacedSchedule(ctx, { ...before, enabled: false, scheduleSince: deletedAt });
}

function nameTaken(name: string): Refusal {
  const message = `Another task is called "${name}" by now. Give that one another name, then restore this one.`;
  return new Refusal("name_taken", message);
}
