import type * as z from "zod";
import type { Workspace, workspaceInput, workspacePatch } from "../../contract/workspace.ts";
import { isConditionFailure, tookEffect, type WorkspaceRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { notFound, Refusal } from "../error.ts";
import { derivedId } from "../id.ts";

/** How many runs of a workspace may be claimed at a time, unless somebody says otherwise. */
const standardCap = 10;
const empty = { running: 0, sweep: "count" } as const;

/** Not 0: ulid takes a time of 0 for "now". */
const idOf = (name: string) => derivedId("workspace", new Date(1), [name]);

/** The workspace of a name, made if it is not there. Its id is derived from the name, so making it twice is once. */
export async function ensureWorkspace(ctx: Context, name: string): Promise<string> {
  const workspaceId = idOf(name);
  const { workspace } = ctx.table.entities;
  const { data } = await workspace.get({ workspaceId }).go();
  if (data) return workspaceId;
  const row = { workspaceId, name, ...empty, cap: standardCap, createdAt: ctx.now().toISOString() };
  // Refused: somebody else has just made it.
  await tookEffect(workspace.create(row).go());
  return workspaceId;
}

/** Makes a workspace. The name that one was made under stays taken, also when that one is called otherwise by now. */
export async function createWorkspace(ctx: Context, input: z.output<typeof workspaceInput>): Promise<WorkspaceRow> {
  const { name, runningCap: cap } = input;
  const row = { workspaceId: idOf(name), name, cap, ...empty, createdAt: ctx.now().toISOString() };
  try {
    await ctx.table.entities.workspace.create(row).go();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    throw new Refusal("name_taken", "A workspace was made under this name already.", { name: "is taken" });
  }
  return row;
}

export async function readWorkspace(ctx: Context, workspaceId: string): Promise<WorkspaceRow> {
  const { data } = await ctx.table.entities.workspace.get({ workspaceId }).go({ consistent: true });
  if (!data) throw notFound("workspace");
  return data;
}

/** A lower cap stops nothing that is going: what waits waits until there is room again. */
export async function updateWorkspace(
  ctx: Context,
  workspaceId: string,
  { name, runningCap: cap }: z.output<typeof workspacePatch>,
): Promise<WorkspaceRow> {
  const changes = { ...(name !== undefined && { name }), ...(cap !== undefined && { cap }) };
  if (Object.keys(changes).length > 0) {
    await ctx.table.entities.workspace.patch({ workspaceId }).set(changes).go();
  }
  return readWorkspace(ctx, workspaceId);
}

export function workspaceOf({ workspaceId, name, cap, running, createdAt }: WorkspaceRow): Workspace {
  return { id: workspaceId, name, runningCap: cap, running, createdAt };
}
