import type { Context } from "../context.ts";
import { derivedId } from "../id.ts";

/** How many runs of a workspace may be claimed at a time. */
const standardCap = 10;

/** The workspace of a name, made if it is not there. Its id is derived from the name, so making it twice is once. */
export async function ensureWorkspace(ctx: Context, name: string): Promise<string> {
  // Not 0: ulid takes a time of 0 for "now".
  const workspaceId = derivedId("workspace", new Date(1), [name]);
  const { workspace } = ctx.table.entities;
  const { data } = await workspace.get({ workspaceId }).go();
  if (data) return workspaceId;
  await workspace
    .upsert({ workspaceId })
    .ifNotExists({ name, cap: standardCap, running: 0, createdAt: ctx.now().toISOString() })
    .go();
  return workspaceId;
}
