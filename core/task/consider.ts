import { fieldRefusal } from "../../contract/agent.ts";
import { nameKey } from "../../contract/name.ts";
import type { Schedule } from "../../contract/schedule.ts";
import type { TaskPatch } from "../../contract/task.ts";
import type { TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { invalid, Refusal } from "../error.ts";
import { chosenStore } from "../parameter-store/use.ts";
import { ScheduleError } from "../schedule/error.ts";
import { changeSchedule, resolveSchedule } from "../schedule/resolve.ts";

interface Place {
  workspaceId: string;
  taskId: string;
}

/**
 * What the fields of a new task, or those that change of an old one, come to. Whatever is against them is told at once,
 * each at its field. The name is looked up here so that it is told with the rest: what guards it is the write.
 */
export async function consider(ctx: Context, place: Place | TaskRow, given: TaskPatch) {
  const { workspaceId } = place;
  const old = "schedule" in place ? place : undefined;
  const all = gathered();
  const schedule = await all.take(() => scheduleOf(ctx, old, given));
  await all.take(() =>
    checkAgentFields({ ...old, ...given, agentType: given.agentType ?? old?.agentType ?? "claude-runner" }),
  );
  if (old) await all.take(() => checkTokenGoesAlong(old, given));
  const store = await all.take(() =>
    chosenStore(ctx, place, { parameterStore: given.parameterStore, parameterStoreKey: given.parameterStoreKey }),
  );
  await all.take(() => checkName(ctx, workspaceId, old, given.name));
  all.done();
  return { schedule, store };
}

/** What is against these fields, where others of the same change are refused already. */
export async function faultsOf(
  ctx: Context,
  place: Place | TaskRow,
  given: TaskPatch,
): Promise<Record<string, string>> {
  try {
    await consider(ctx, place, given);
    return {};
  } catch (error) {
    if (error instanceof Refusal && error.fields) return error.fields;
    throw error;
  }
}

/** Goes on after a refusal that names fields, and refuses in the end for all of them. */
function gathered() {
  const refusals: Refusal[] = [];
  return {
    async take<T>(step: () => T | Promise<T>): Promise<T | undefined> {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof Refusal) || !error.fields) throw error;
        refusals.push(error);
        return undefined;
      }
    },
    done(): void {
      const [first] = refusals;
      if (first && refusals.length === 1) throw first;
      if (first) throw invalid(Object.assign({}, ...refusals.map(({ fields }) => fields)));
    },
  };
}

/** A fault of a schedule names the schedule's field. */
function scheduleOf(ctx: Context, old: TaskRow | undefined, { schedule }: TaskPatch): Schedule | undefined {
  if (schedule === undefined) return old?.schedule;
  try {
    if (old) return changeSchedule(old.schedule, schedule, ctx.now());
    const timezone = schedule.timezone ?? "UTC";
    return resolveSchedule(schedule.type === "manual" ? schedule : { ...schedule, timezone }, ctx.now());
  } catch (error) {
    if (error instanceof ScheduleError) throw invalid({ [`schedule.${error.field}`]: error.message });
    throw error;
  }
}

function checkAgentFields(task: Pick<TaskRow, "agentType"> & { [field: string]: unknown }): void {
  const faults: Record<string, string> = {};
  for (const field of ["allowedTools", "disallowedTools", "sandbox"] as const) {
    const refusal = fieldRefusal(task.agentType, field);
    if (refusal && task[field] !== null && task[field] !== undefined) faults[field] = refusal;
  }
  if (Object.keys(faults).length > 0) throw invalid(faults);
}

/** A git token belongs to the host it was given for: another host gets it only from someone who knows it. */
function checkTokenGoesAlong(old: TaskRow, patch: TaskPatch): void {
  if (old.gitToken === undefined || patch.gitToken !== undefined || patch.sourceUrl === undefined) return;
  const hostOf = (url: string | null | undefined) => (url ? new URL(url).host : undefined);
  if (hostOf(patch.sourceUrl) === hostOf(old.sourceUrl)) return;
  throw invalid({ gitToken: "belongs to the former host; give it again for the new one, or set it to null" });
}

async function checkName(ctx: Context, workspaceId: string, old: TaskRow | undefined, name: string | undefined) {
  if (name === undefined || (old && nameKey(old.name) === nameKey(name))) return;
  const { data } = await ctx.table.entities.taskName
    .get({ workspaceId, lowerName: nameKey(name) })
    .go({ consistent: true });
  if (data) throw nameTaken();
}

export function nameTaken(): Refusal {
  return new Refusal("name_taken", "A task of this name exists already.", { name: "is taken by another task" });
}
