import { agents } from "../../contract/agent.ts";
import { nameKey, tidyName } from "../../contract/name.ts";
import type { Requester } from "../../contract/run.ts";
import type { Schedule } from "../../contract/schedule.ts";
import type { TaskInput, TaskPatch } from "../../contract/task.ts";
import { pageOf } from "../aws/page.ts";
import { type TaskRow, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { notFound, Refusal } from "../error.ts";
import { newId } from "../id.ts";
import { migrateTask } from "../migration/task.ts";
import { replacedSchedule } from "../schedule/in-force.ts";
import { demandVersion, taskVersion } from "../version.ts";
import { seal, unseal } from "../workspace/seal.ts";
import { consider, nameTaken } from "./consider.ts";
import { countTasks, outlookOf } from "./count.ts";

/** A task of the workspace that is not deleted. Somebody else's is not found, like one that does not exist. */
export async function readTask(ctx: Context, workspaceId: string, taskId: string): Promise<TaskRow> {
  const { data } = await ctx.table.entities.task.get({ workspaceId, taskId }).go({ consistent: true });
  if (!data || data.deletedAt !== undefined) throw notFound("task");
  return data;
}

export async function findTaskByName(ctx: Context, workspaceId: string, name: string): Promise<TaskRow | undefined> {
  // As it was typed first: names of an earlier version may have two spaces side by side.
  for (const lowerName of new Set([nameKey(name), nameKey(tidyName(name))])) {
    const { data } = await ctx.table.entities.taskName.get({ workspaceId, lowerName }).go({ consistent: true });
    if (data) return readTask(ctx, workspaceId, data.taskId);
  }
  return undefined;
}

/** Tasks of a workspace, oldest first. */
export async function listTasks(
  ctx: Context,
  workspaceId: string,
  page: { limit: number; cursor?: string | undefined },
) {
  const query = ctx.table.entities.task.query
    .primary({ workspaceId })
    .where(({ deletedAt }, { notExists }) => notExists(deletedAt));
  const { data, cursor } = await query.go(pageOf(query, page));
  return { data, cursor };
}

const manual: Schedule = { type: "manual" };

/** Makes a task and takes its name in one transaction, so that no two tasks share a name. */
export async function createTask(ctx: Context, workspaceId: string, input: TaskInput, by: Requester): Promise<TaskRow> {
  const taskId = newId(ctx, "task");
  const now = ctx.now().toISOString();
  const { gitToken, schedule: _, parameterStore, parameterStoreKey, ...fields } = input;
  const wanted = { ...input, parameterStoreKey: parameterStoreKey ?? undefined };
  const { schedule = manual, store } = await consider(ctx, { workspaceId, taskId }, wanted);
  const scheduled = schedule.type !== "manual" && input.enabled;
  const row: TaskRow = {
    ...(withoutNull(fields) as typeof fields),
    ...withoutNull(await sealedToken(ctx, workspaceId, taskId, gitToken)),
    model: input.model ?? agents[input.agentType].defaultModel,
    ...withoutNull(store ?? {}),
    workspaceId,
    taskId,
    schedule,
    scheduleVersion: 1,
    scheduleSince: now,
    sweep: scheduled ? "schedule" : "none",
    createdAt: now,
    updatedAt: now,
    createdBy: by,
    updatedBy: by,
  } as TaskRow;
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.taskName.create({ workspaceId, lowerName: nameKey(input.name), taskId }).commit(),
      rows.task.create(row).commit(),
      rows.taskState.create({ workspaceId, taskId, ...outlookOf(ctx, row) }).commit(),
      ...countTasks(ctx, rows, workspaceId, { total: 1, enabled: Number(row.enabled) }),
    ])
    .go();
  if (result.canceled) throw nameTaken();
  return row;
}

/**
 * Changes a task as it was read. A change made by somebody else in between is a conflict, not overwritten. A change that
 * leaves everything as it is writes nothing. `wanted` names the versions that it is meant for.
 */
export async function updateTask(
  ctx: Context,
  old: TaskRow,
  patch: TaskPatch,
  { by, wanted }: { by: Requester; wanted?: readonly string[] | undefined },
): Promise<TaskRow> {
  const { workspaceId, taskId } = old;
  demandVersion("task", taskVersion(old), wanted);
  const changes = await changesOf(ctx, old, patch);
  const forgets = patch.enabled === true;
  const becomes = { schedule: changes.schedule ?? old.schedule, enabled: changes.enabled ?? old.enabled };
  const state = {
    // With the rest, so that a task that is enabled is not disabled by its next failure.
    ...(forgets && { failures: 0 }),
    ...(changes.scheduleVersion !== undefined && outlookOf(ctx, becomes)),
  };
  const changesState = Object.keys(state).length > 0;
  // A task of an earlier version has its counters still to get.
  if (changesState) await migrateTask(ctx, workspaceId, taskId);
  if (Object.keys(changes).length === 0) {
    if (forgets)
      await tookEffect(ctx.table.entities.taskState.patch({ workspaceId, taskId }).set({ failures: 0 }).go());
    return old;
  }
  // Never the instant that was read: it is what tells a change in between.
  const updatedAt = new Date(Math.max(ctx.now().getTime(), Date.parse(old.updatedAt) + 1)).toISOString();
  const cleared = Object.keys(changes).filter((key) => changes[key as keyof typeof changes] === null);
  const renamed = patch.name !== undefined && nameKey(patch.name) !== nameKey(old.name);
  const lowerName = nameKey(patch.name ?? old.name);
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.task
        .patch({ workspaceId, taskId })
        .set({ ...withoutNull(changes), updatedAt, updatedBy: by } as Partial<TaskRow>)
        .remove(cleared as "description"[])
        .where(
          (row, { eq, notExists }) =>
            `${eq(row.updatedAt, old.updatedAt)} AND ${eq(row.scheduleVersion, old.scheduleVersion)} AND ${notExists(row.deletedAt)}`,
        )
        .commit(),
      ...(renamed
        ? [
            rows.taskName.create({ workspaceId, lowerName, taskId }).commit(),
            rows.taskName.delete({ workspaceId, lowerName: nameKey(old.name) }).commit(),
          ]
        : []),
      ...(changesState ? [rows.taskState.patch({ workspaceId, taskId }).set(state).commit()] : []),
      ...countTasks(ctx, rows, workspaceId, { enabled: Number(becomes.enabled) - Number(old.enabled) }),
    ])
    .go();
  if (result.canceled) {
    if (renamed && (result.data as { rejected: boolean }[])[1]?.rejected) throw nameTaken();
    demandVersion("task", taskVersion(await readTask(ctx, workspaceId, taskId)), wanted);
    throw new Refusal("conflict", "The task was changed at the same time; read it again, then repeat the change.");
  }
  if (patch.name !== undefined && patch.name !== old.name) {
    // What is spent is told under the task's latest name. A crash before this leaves the former one.
    await tookEffect(ctx.table.entities.taskState.patch({ workspaceId, taskId }).set({ taskName: patch.name }).go());
  }
  return readTask(ctx, workspaceId, taskId);
}

/** What of the row a change makes another: null where it clears something. Empty when everything stays as it is. */
async function changesOf(ctx: Context, old: TaskRow, patch: TaskPatch) {
  const { gitToken, schedule: _, model, parameterStore, parameterStoreKey, ...rest } = patch;
  const agentType = patch.agentType ?? old.agentType;
  const { schedule = old.schedule, store } = await consider(ctx, old, patch);
  const enabled = patch.enabled ?? old.enabled;
  const spread = patch.spreadMinutes ?? old.spreadMinutes ?? 0;
  const given = {
    ...rest,
    ...(await tokenAfter(ctx, old, gitToken)),
    model: modelAfter(old, agentType, model),
    ...store,
    ...(patch.enabled === true && { disabledReason: null }),
  };
  const isOther = ([key, value]: [string, unknown]) =>
    JSON.stringify(value ?? null) !== JSON.stringify(old[key as keyof TaskRow] ?? null);
  return {
    ...(Object.fromEntries(Object.entries(given).filter(isOther)) as Partial<typeof given>),
    ...((schedule !== old.schedule || enabled !== old.enabled) && { ...replacedSchedule(ctx, old), schedule }),
    ...(spread !== (old.spreadMinutes ?? 0) && {
      scheduleVersion: old.scheduleVersion + 1,
      sweep: "schedule" as const,
    }),
  };
}

function modelAfter(old: TaskRow, agentType: TaskRow["agentType"], model: string | null | undefined): string {
  if (model !== undefined) return model ?? agents[agentType].defaultModel;
  const hadDefault = old.model === agents[old.agentType].defaultModel;
  return agentType !== old.agentType && hadDefault ? agents[agentType].defaultModel : old.model;
}

/** The same token sealed anew would look like another one. */
async function tokenAfter(ctx: Context, old: TaskRow, token: string | null | undefined) {
  if (token === null) return { gitToken: null, gitTokenLastFour: null };
  if (token === undefined) return {};
  // One that does not open any more is another one, too.
  const kept = old.gitToken && (await unseal(ctx, placeOf(old), old.gitToken).catch(() => undefined));
  return token === kept ? {} : sealedToken(ctx, old.workspaceId, old.taskId, token);
}

async function sealedToken(ctx: Context, workspaceId: string, taskId: string, token: string | null) {
  if (token === null) return {};
  // Of a short token the last four characters are too much of it.
  const gitTokenLastFour = token.length < 12 ? null : token.slice(-4);
  return { gitToken: await seal(ctx, placeOf({ workspaceId, taskId }), token), gitTokenLastFour };
}

function placeOf({ workspaceId, taskId }: Pick<TaskRow, "workspaceId" | "taskId">) {
  return { workspaceId, row: taskId, field: "gitToken" };
}

function withoutNull<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], null> } {
  const kept = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], null> };
}
