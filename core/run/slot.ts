import { derivedId } from "../id.ts";

/** The id of the run of a slot: whoever meets the slot derives the same. */
export function slotRunId(taskId: string, slot: string): string {
  return derivedId("run", new Date(slot), [taskId, slot]);
}
