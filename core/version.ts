import type { ParameterStoreRow, TaskRow } from "./aws/table/index.ts";
import { Refusal } from "./error.ts";

/** What tells one state of a task's definition from another: runs that come and go do not change it. */
export function taskVersion({ updatedAt, scheduleVersion }: Pick<TaskRow, "updatedAt" | "scheduleVersion">): string {
  return `${Date.parse(updatedAt).toString(36)}-${scheduleVersion}`;
}

export function storeVersion({ version }: Pick<ParameterStoreRow, "version">): string {
  return String(version);
}

/**
 * Refuses a change that was meant for another version than the one that is there. Without `wanted` any will do.
 * Errors: precondition_failed.
 */
export function demandVersion(noun: string, current: string, wanted: readonly string[] | undefined): void {
  if (wanted === undefined || wanted.includes(current)) return;
  throw new Refusal(
    "precondition_failed",
    `The ${noun} was changed since you read it, and nothing of yours was saved: read it again, then repeat the change.`,
  );
}
