import { type RunStatus, terminalStatuses } from "../../contract/run.ts";

/** A pattern in the syntax of Lambda's filter criteria: every field named has one of the values. */
export interface EventPattern {
  readonly [field: string]: EventPattern | readonly string[];
}

const waiting = ["PENDING"] as const;
const claimed = ["CLAIMED", "PROCESSING"] as const;

/** The image of a run in this state. Every row of the table says what it is of. */
const run = (status: readonly RunStatus[]) => ({ __edb_e__: { S: ["run"] }, status: { S: status } });

const inserted = (to: readonly RunStatus[]): EventPattern => ({
  eventName: ["INSERT"],
  dynamodb: { NewImage: run(to) },
});

const moved = (from: readonly RunStatus[], to: readonly RunStatus[]): EventPattern => ({
  eventName: ["MODIFY"],
  dynamodb: { NewImage: run(to), OldImage: run(from) },
});

/**
 * What of the table's stream the function follow-up gets, here and on AWS: runs that have come to wait, and runs that
 * have come to their end. Whatever else changes in a row costs no invocation.
 */
export const followUpSource = {
  filters: [
    inserted(waiting),
    moved(claimed, waiting),
    inserted(terminalStatuses),
    moved([...waiting, ...claimed], terminalStatuses),
  ],
  batchSize: 10,
  /** After that the record goes to the dead letters, and the sweep does what was to follow. */
  retryAttempts: 5,
} as const;
