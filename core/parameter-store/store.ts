import type * as z from "zod";
import { nameKey } from "../../contract/name.ts";
import type { ParameterStore, parameterStoreInput, parameterStorePatch } from "../../contract/parameter-store.ts";
import { pageOf } from "../aws/page.ts";
import { isConditionFailure, type ParameterStoreRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { invalid, notFound, Refusal } from "../error.ts";
import { newId } from "../id.ts";
import { demandVersion, storeVersion } from "../version.ts";
import { newConfigApiKey, opens, verifierOf } from "./key.ts";
import { excess, otherVariables, sealVariables } from "./variables.ts";

/** What is told about a store: everything but its values. */
const shownAttributes = ["storeId", "name", "encrypted", "names", "createdAt", "updatedAt", "version"] as const;
type Shown = Pick<ParameterStoreRow, (typeof shownAttributes)[number]>;

/** Parameter stores of a workspace, oldest first. A page may be shorter than asked for: rows can be large. */
export async function listParameterStores(
  ctx: Context,
  workspaceId: string,
  page: { limit: number; cursor?: string | undefined },
) {
  const query = ctx.table.entities.parameterStore.query.primary({ workspaceId });
  const { data, cursor } = await query.go({ attributes: [...shownAttributes], ...pageOf(query, page) });
  return { items: data.map(shown), nextCursor: cursor };
}

/** Makes a store and takes its name in one transaction. The key of an encrypted one is in this answer and nowhere else. */
export async function createParameterStore(
  ctx: Context,
  workspaceId: string,
  input: z.output<typeof parameterStoreInput>,
): Promise<ParameterStore & { configApiKey: string | null }> {
  const { name, encrypted } = input;
  const storeId = newId(ctx, "parameterStore");
  const configApiKey = encrypted ? newConfigApiKey(ctx) : null;
  const values = await sealVariables(ctx, { workspaceId, storeId, encrypted }, configApiKey ?? "", input.values);
  const fault = excess(values);
  if (fault) throw invalid({ values: fault });
  const now = ctx.now().toISOString();
  const row: ParameterStoreRow = {
    workspaceId,
    storeId,
    name,
    encrypted,
    ...(configApiKey !== null && { verifier: verifierOf(configApiKey, storeId) }),
    names: Object.keys(values).sort(),
    values,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const lowerName = nameKey(name);
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.parameterStoreName.create({ workspaceId, lowerName, storeId, encrypted }).commit(),
      rows.parameterStore.create(row).commit(),
    ])
    .go();
  if (result.canceled) {
    const message = "A parameter store of this name exists already.";
    throw new Refusal("name_taken", message, { name: "is taken by another parameter store" });
  }
  return { ...shown(row), configApiKey };
}

/** Sets and removes variables. A change made by somebody else in between is a conflict, not overwritten. */
export async function updateParameterStore(
  ctx: Context,
  workspaceId: string,
  storeId: string,
  patch: z.output<typeof parameterStorePatch>,
  wanted?: readonly string[],
): Promise<ParameterStore> {
  const old = await readStore(ctx, workspaceId, storeId);
  demandVersion("parameter store", storeVersion(old), wanted);
  checkPatch(old, patch);
  const changed = await otherVariables(ctx, old, patch.configApiKey ?? "", patch.set);
  const set = await sealVariables(ctx, old, patch.configApiKey ?? "", changed);
  const kept = Object.entries(old.values).filter(([name]) => !patch.remove.includes(name));
  const values = { ...Object.fromEntries(kept), ...set };
  if (Object.keys(set).length === 0 && kept.length === Object.keys(old.values).length) return shown(old);
  const fault = excess(values);
  if (fault) throw invalid({ set: fault });
  const change = {
    names: Object.keys(values).sort(),
    values,
    version: old.version + 1,
    updatedAt: ctx.now().toISOString(),
  };
  try {
    await ctx.table.entities.parameterStore
      .patch({ workspaceId, storeId })
      .set(change)
      .where((row, { eq }) => eq(row.version, old.version))
      .go();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    demandVersion("parameter store", storeVersion(await readStore(ctx, workspaceId, storeId)), wanted);
    throw new Refusal("conflict", "The store was changed at the same time; look at it again, then repeat the change.");
  }
  return shown({ ...old, ...change });
}

function checkPatch(store: ParameterStoreRow, { set, remove, configApiKey }: z.output<typeof parameterStorePatch>) {
  const twice = remove.find((name) => Object.hasOwn(set, name));
  if (twice !== undefined) throw invalid({ remove: `names ${twice}, which is also to be set` });
  if (!store.encrypted) return;
  if (configApiKey !== undefined && !opens(configApiKey, store)) {
    throw invalid({ configApiKey: "is not the key of this store" });
  }
  if (configApiKey === undefined && Object.keys(set).length > 0) {
    throw invalid({ configApiKey: "is needed to set variables of an encrypted store" });
  }
}

/** Deletes a store and frees its name. Runs of tasks that use it fail from then on. */
export async function deleteParameterStore(
  ctx: Context,
  workspaceId: string,
  storeId: string,
  wanted?: readonly string[],
): Promise<void> {
  const { name, version } = await readStore(ctx, workspaceId, storeId);
  demandVersion("parameter store", storeVersion({ version }), wanted);
  const lowerName = nameKey(name);
  const result = await ctx.table.transaction
    .write((rows) => [
      rows.parameterStore
        .delete({ workspaceId, storeId })
        .where((row, { eq }) => eq(row.version, version))
        .commit(),
      rows.parameterStoreName.delete({ workspaceId, lowerName }).commit(),
    ])
    .go();
  if (result.canceled) return deleteParameterStore(ctx, workspaceId, storeId, wanted);
}

/** The store of a name, in any case. */
export async function findStore(
  ctx: Context,
  workspaceId: string,
  name: string,
): Promise<ParameterStoreRow | undefined> {
  const entry = await findStoreName(ctx, workspaceId, name);
  if (!entry) return undefined;
  const { parameterStore } = ctx.table.entities;
  const { data } = await parameterStore.get({ workspaceId, storeId: entry.storeId }).go({ consistent: true });
  return data ?? undefined;
}

/** What can be told about the store of a name by one small read. */
export async function findStoreName(ctx: Context, workspaceId: string, name: string) {
  const { parameterStoreName } = ctx.table.entities;
  const { data } = await parameterStoreName.get({ workspaceId, lowerName: nameKey(name) }).go({ consistent: true });
  return data ?? undefined;
}

async function readStore(ctx: Context, workspaceId: string, storeId: string): Promise<ParameterStoreRow> {
  const { data } = await ctx.table.entities.parameterStore.get({ workspaceId, storeId }).go({ consistent: true });
  if (!data) throw notFound("parameter store");
  return data;
}

function shown({ storeId, name, encrypted, names, createdAt, updatedAt, version }: Shown): ParameterStore {
  return { id: storeId, name, encrypted, names, createdAt, updatedAt, version: storeVersion({ version }) };
}
