import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  createGetTransaction,
  createWriteTransaction,
  type Entity,
  type EntityConfiguration,
  type Service,
} from "electrodb";
import { clientDefaults, lazy, retryCollisions } from "../client.ts";
import { apiKey } from "./api-key.ts";
import { credential } from "./credential.ts";
import { dataKey } from "./data-key.ts";
import { deployment } from "./deployment.ts";
import { ledger } from "./ledger.ts";
import { parameterStore, parameterStoreName } from "./parameter-store.ts";
import { run } from "./run.ts";
import { prunedRun, runInput, runResult } from "./run-text.ts";
import { scheduledRun } from "./scheduled-run.ts";
import { slotWatch } from "./slot-watch.ts";
import { spend, spendClosed, spendDay, spendSum } from "./spend.ts";
import { task, taskName } from "./task.ts";
import { taskCount, taskState } from "./task-state.ts";
import { persistent } from "./transaction.ts";
import { workspace } from "./workspace.ts";

export type { ApiKeyRow } from "./api-key.ts";
export { isConditionFailure, isOrIsNot, tookEffect } from "./condition.ts";
export type { CredentialRow } from "./credential.ts";
export type { LedgerRow } from "./ledger.ts";
export type { ParameterStoreRow } from "./parameter-store.ts";
export { indexParts, type RunRow, shards } from "./run.ts";
export type { RunInputRow } from "./run-text.ts";
export type { KeptSum, SpendDayRow, SpendRow } from "./spend.ts";
export type { FormerSchedule, TaskRow } from "./task.ts";
export type { TaskCountRow, TaskStateRow } from "./task-state.ts";
export type { WorkspaceRow } from "./workspace.ts";

/*
 * The one table. Keys are `pk`/`sk`; the indexes gsi1 to gsi4 project keys only, so a change of a row that moves no key
 * costs one write, and a list is one query and one batch read (`hydrate`).
 *
 * | what is asked                                                          | where                             |
 * | a workspace's counters and data key, its tasks, their counters and names, credentials | primary, by workspace |
 * | parameter stores and their names; what was spent, by day and month      | primary, by workspace             |
 * | a run, what it was asked and answered, its ledger; an API key           | primary, by id                    |
 * | runs of a task, by time                                                 | gsi1                              |
 * | runs of a workspace, by time; its API keys; its tasks, by their next slot | gsi2                            |
 * | runs of a workspace in one status, by time                              | gsi3                              |
 * | what the sweeper has to look at                                         | gsi4: only rows that have `sweep` |
 */
const makers = {
  workspace,
  dataKey,
  task,
  taskName,
  taskState,
  taskCount,
  run,
  runInput,
  runResult,
  prunedRun,
  scheduledRun,
  slotWatch,
  deployment,
  ledger,
  credential,
  apiKey,
  parameterStore,
  parameterStoreName,
  spend,
  spendDay,
  spendSum,
  spendClosed,
};
type Entities = { [Name in keyof typeof makers]: ReturnType<(typeof makers)[Name]> };

type Transactions = Service<Entities>["transaction"];
/**
 * The table of a deployment, ready for queries and transactions. `get` and `write` try again while they meet other
 * transactions; `attempt` does not, and tells it as a refusal of every part.
 */
export interface Table extends Pick<Service<Entities>, "entities"> {
  transaction: Transactions & { attempt: Transactions["write"] };
}
/** What the writes of a transaction are made with. */
export type TransactionRows = Parameters<Parameters<Table["transaction"]["write"]>[0]>[0];

const client = lazy(() => {
  const made = new DynamoDBClient(clientDefaults);
  retryCollisions(made);
  return made;
});

export function openTable(table: string): Table {
  const entities = madeOnFirstUse({ table, client: client() });
  const all = entities as never;
  const transaction = {
    write: (writes: never) => persistent(createWriteTransaction(all, writes)),
    attempt: (writes: never) => createWriteTransaction(all, writes),
    get: (reads: never) => persistent(createGetTransaction(all, reads)),
  };
  // A transaction is sent by any one entity, and looks for it before it has said which ones it needs.
  void entities.workspace;
  return { entities, transaction: transaction as never };
}

/**
 * Making an entity costs a cold start about as much as importing a client, and most functions need few of them. An
 * entity that was not needed yet is not among the object's own properties.
 */
function madeOnFirstUse(config: EntityConfiguration): Entities {
  const getters = Object.entries(makers).map(([name, make]) => [
    name,
    {
      get(this: Record<string, Entity<never, never, never, never>>) {
        const value = make(config);
        Object.defineProperty(this, name, { value, enumerable: true });
        return value;
      },
    },
  ]);
  return Object.create(Object.defineProperties({}, Object.fromEntries(getters))) as Entities;
}
