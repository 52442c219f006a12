import type { TaskRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { invalid } from "../error.ts";
import { seal, unseal } from "../workspace/seal.ts";
import { opens } from "./key.ts";
import { findStore, findStoreName } from "./store.ts";
import { openVariables, type Variables } from "./variables.ts";

type TaskStore = Pick<TaskRow, "workspaceId" | "taskId" | "parameterStore" | "parameterStoreKey">;
interface StoreInput {
  parameterStore?: string | null;
  parameterStoreKey?: string | null;
}
const noKey = { parameterStoreKey: null, parameterStoreKeyLastFour: null };

/**
 * What the row of a task is to keep for the store and key a client gives: null where it is cleared, absent where it
 * stays as it is.
 * Errors: invalid_input, when the store does not exist or the key does not open it.
 */
export async function chosenStore(ctx: Context, task: TaskStore, input: StoreInput) {
  const { parameterStore: name, parameterStoreKey: key } = input;
  if (name === undefined && key === undefined) return {};
  const wanted = name === undefined ? task.parameterStore : name;
  if (wanted === null || wanted === undefined) {
    if (key) throw invalid({ parameterStoreKey: "needs a parameter store to open" });
    return { parameterStore: null, ...noKey };
  }
  const store = await findStore(ctx, task.workspaceId, wanted);
  if (!store) throw invalid({ parameterStore: "does not exist; create it first" });
  if (!store.encrypted) {
    if (key) throw invalid({ parameterStoreKey: "is not needed: this store is not encrypted" });
    return { parameterStore: store.name, ...noKey };
  }
  const given = key === undefined ? await keptKey(ctx, task) : key;
  if (given === null) throw invalid({ parameterStoreKey: "is needed: this store is encrypted" });
  if (!opens(given, store)) throw invalid({ parameterStoreKey: "does not open this store" });
  // Sealed anew it would look like another key. One that does not open any more is another one.
  if (given === (await keptKey(ctx, task).catch(() => null))) return { parameterStore: store.name };
  return {
    parameterStore: store.name,
    parameterStoreKey: await seal(ctx, keyPlace(task), given),
    parameterStoreKeyLastFour: given.slice(-4),
  };
}

/** True when it is plain that a run could not open its store: one small read, and only for such a task. */
export async function isLocked(
  ctx: Context,
  { workspaceId, parameterStore }: Pick<TaskStore, "workspaceId" | "parameterStore">,
  hasKey: boolean,
): Promise<boolean> {
  if (parameterStore === undefined) return false;
  const entry = await findStoreName(ctx, workspaceId, parameterStore);
  return !entry || (entry.encrypted && !hasKey);
}

/** All the variables of the task's store, or undefined when it cannot be opened: never a part of them. */
export async function environmentOf(ctx: Context, task: TaskStore): Promise<Variables | undefined> {
  if (task.parameterStore === undefined) return {};
  const store = await findStore(ctx, task.workspaceId, task.parameterStore);
  if (!store) return undefined;
  const key = store.encrypted ? await keptKey(ctx, task) : "";
  if (key === null || (store.encrypted && !opens(key, store))) return undefined;
  return openVariables(ctx, store, key);
}

async function keptKey(ctx: Context, task: TaskStore): Promise<string | null> {
  return task.parameterStoreKey === undefined ? null : unseal(ctx, keyPlace(task), task.parameterStoreKey);
}

function keyPlace({ workspaceId, taskId }: TaskStore) {
  return { workspaceId, row: taskId, field: "parameterStoreKey" };
}
