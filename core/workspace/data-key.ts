import { readSecret } from "../aws/secrets.ts";
import { isConditionFailure } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { derivedKey, formerDerivedKey } from "./deployment-key.ts";
import { type Place, sealUnder, unsealUnder } from "./seal-under.ts";

const kept = new Map<string, Promise<Uint8Array>>();

/**
 * The workspace's data key: made when it is first needed, read once per process. It stands in a row of the workspace,
 * sealed under a key that comes from the deployment key, so that a workspace adds nothing to the bill.
 */
export function dataKey(ctx: Context, workspaceId: string): Promise<Uint8Array> {
  const name = `${ctx.config.table} ${workspaceId}`;
  const known = kept.get(name);
  if (known) return known;
  const read = readOrMake(ctx, workspaceId);
  kept.set(name, read);
  read.catch(() => kept.delete(name));
  return read;
}

const purpose = "data-keys";
const placeOf = (workspaceId: string): Place => ({ workspaceId, row: "dataKey", field: "sealed" });

async function readOrMake(ctx: Context, workspaceId: string): Promise<Uint8Array> {
  const sealed = await readRow(ctx, workspaceId);
  if (sealed !== undefined) return open(ctx, workspaceId, sealed);
  const former = await readSecret(formerName(ctx, workspaceId));
  const value = former ?? Buffer.from(ctx.random(32)).toString("base64");
  const wrapped = sealUnder(ctx, await derivedKey(ctx, purpose), placeOf(workspaceId), value);
  try {
    await ctx.table.entities.dataKey.create({ workspaceId, sealed: wrapped, createdAt: ctx.now().toISOString() }).go();
    return Buffer.from(value, "base64");
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
  // Somebody else was first: theirs is the key.
  const theirs = await readRow(ctx, workspaceId);
  if (theirs === undefined) throw new Error(`The data key of ${workspaceId} can be neither made nor read.`);
  return open(ctx, workspaceId, theirs);
}

/** Where versions kept it that had a secret for each workspace. It is taken over once, and may then be removed. */
const formerName = (ctx: Context, workspaceId: string) => `${ctx.config.secretPrefix}workspace/${workspaceId}/data-key`;

async function readRow(ctx: Context, workspaceId: string): Promise<string | undefined> {
  const { data } = await ctx.table.entities.dataKey.get({ workspaceId }).go({ consistent: true });
  return data?.sealed;
}

/** After the deployment key was replaced, the first who needs a data key seals it anew. */
async function open(ctx: Context, workspaceId: string, sealed: string): Promise<Uint8Array> {
  const place = placeOf(workspaceId);
  const key = await derivedKey(ctx, purpose);
  try {
    return Buffer.from(unsealUnder(key, place, sealed), "base64");
  } catch (error) {
    const formerKey = await formerDerivedKey(ctx, purpose);
    if (!formerKey) throw error;
    const value = unsealUnder(formerKey, place, sealed);
    const renewed = { sealed: sealUnder(ctx, key, place, value) };
    const change = ctx.table.entities.dataKey.patch({ workspaceId }).set(renewed);
    await change.where((row, { eq }) => eq(row.sealed, sealed)).go();
    return Buffer.from(value, "base64");
  }
}
