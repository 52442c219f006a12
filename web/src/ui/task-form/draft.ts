import { kept } from "../../lib/secret-change.ts";
import type { TaskValues } from "./values.ts";

const prefix = "errand.task-draft.";

/**
 * What was typed and not saved, so that a reload or a way back does not lose it: only the fields that were changed, as
 * somebody else may change the others meanwhile. Secrets are never kept.
 */
export function keepDraft(id: string, initial: TaskValues, values: TaskValues): void {
  const changed = Object.entries({ ...values, gitToken: kept, parameterStoreKey: kept }).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(initial[field as keyof TaskValues]),
  );
  try {
    sessionStorage.setItem(prefix + id, JSON.stringify(Object.fromEntries(changed)));
  } catch {
    // Storage is full or switched off: the form still asks before it closes.
  }
}

/** The kept draft, laid over what the form begins with. */
export function readDraft(id: string, initial: TaskValues): TaskValues | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(prefix + id) ?? "null");
    return kept === null ? undefined : { ...initial, ...(kept as Partial<TaskValues>) };
  } catch {
    return undefined;
  }
}

export function dropDraft(id: string): void {
  try {
    sessionStorage.removeItem(prefix + id);
  } catch {
    // Nothing was kept.
  }
}
