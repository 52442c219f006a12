import { parameterStoreLimits } from "../../contract/parameter-store.ts";
import type { ParameterStoreRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { logFault } from "../logger.ts";
import { dataKey } from "../workspace/data-key.ts";
import { sealUnder, unsealUnder } from "../workspace/seal-under.ts";
import { sealingKey } from "./key.ts";

type Store = Pick<ParameterStoreRow, "workspaceId" | "storeId" | "encrypted">;
export type Variables = Record<string, string>;

/** The key of the store's values: derived from its CONFIG_API_KEY, or the workspace's own. */
async function keyOf(ctx: Context, store: Store, configApiKey: string): Promise<Uint8Array> {
  return store.encrypted ? sealingKey(configApiKey, store.storeId) : dataKey(ctx, store.workspaceId);
}

/** Seals each value by itself: it opens in its own store and under its own name only. */
export async function sealVariables(
  ctx: Context,
  store: Store,
  configApiKey: string,
  variables: Variables,
): Promise<Variables> {
  const key = await keyOf(ctx, store, configApiKey);
  return mapValues(variables, (value, name) => sealUnder(ctx, key, placeOf(store, name), value));
}

/** Those of these variables that the store does not have with the same value: sealed anew, a value looks like another. */
export async function otherVariables(
  ctx: Context,
  row: ParameterStoreRow,
  configApiKey: string,
  variables: Variables,
): Promise<Variables> {
  const asked = Object.entries(row.values).filter(([name]) => Object.hasOwn(variables, name));
  const known = await openVariables(ctx, { ...row, values: Object.fromEntries(asked) }, configApiKey);
  const others = Object.entries(variables).filter(
    ([name, value]) => !known || !Object.hasOwn(known, name) || known[name] !== value,
  );
  return Object.fromEntries(others);
}

/** All of a store's variables, or undefined when not every one of them opens. */
export async function openVariables(
  ctx: Context,
  row: ParameterStoreRow,
  configApiKey: string,
): Promise<Variables | undefined> {
  // A key that cannot be read at the moment is a fault, not a locked store.
  const key = await keyOf(ctx, row, configApiKey);
  try {
    return mapValues(row.values, (sealed, name) => unsealUnder(key, placeOf(row, name), sealed));
  } catch (error) {
    logFault("a parameter store does not open", error, { storeId: row.storeId });
    return undefined;
  }
}

function placeOf({ workspaceId, storeId }: Store, name: string) {
  return { workspaceId, row: storeId, field: `values.${name}` };
}

function mapValues(all: Variables, change: (value: string, name: string) => string): Variables {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, change(value, name)]));
}

/** Bytes of nonce, tag and version around what is sealed. */
const sealBytes = 29;

/** Why these sealed variables are too much for one store, or undefined when they are not. */
export function excess(sealed: Variables): string | undefined {
  const entries = Object.entries(sealed);
  if (entries.length > parameterStoreLimits.variables) {
    return `makes more than ${parameterStoreLimits.variables} variables in the store`;
  }
  const sizeOf = ([name, value]: [string, string]) => name.length + Buffer.byteLength(value, "base64") - sealBytes;
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes <= parameterStoreLimits.totalBytes) return undefined;
  return `makes the store larger than ${parameterStoreLimits.totalBytes / 1024} KB, names and values together`;
}
