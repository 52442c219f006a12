import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CustomAttributeType, Entity, type EntityItem, Service } from "electrodb";
import { roles } from "../../contract/access.ts";
import { agentTypes, credentialKinds, sandboxes } from "../../contract/agent.ts";
import { credentialChecks } from "../../contract/credential.ts";
import {
  emailStates,
  type RunErrorCode,
  runErrors,
  runStatuses,
  terminalStatuses,
  triggers,
  type Usage,
} from "../../contract/run.ts";
import type { Schedule } from "../../contract/schedule.ts";
import { overlaps } from "../../contract/task.ts";
import { clientDefaults, lazy, retryCollisions } from "./client.ts";
import { at, bySweep, count, createdAt, gsi, model, needed, optional, strings, sweep } from "./keys.ts";

/*
 * The one table. Keys are `pk`/`sk`; the indexes gsi1 to gsi4 project keys only, so a change of a row that moves no key
 * costs one write, and a list is one query and one batch read (`hydrate`).
 *
 * | what is asked                                                          | where                             |
 * | a workspace's counters, its tasks, their names, its credentials         | primary, by workspace             |
 * | parameter stores and their names; what was spent, by day                | primary, by workspace             |
 * | a run and its ledger; an API key                                        | primary, by id                    |
 * | runs of a task, by time                                                 | gsi1                              |
 * | runs of a workspace, by time; API keys of a workspace                   | gsi2                              |
 * | runs of a workspace in one status, by time                              | gsi3                              |
 * | what the sweeper has to look at                                         | gsi4: only rows that have `sweep` |
 */
const errorCodes = Object.keys(runErrors) as [RunErrorCode, ...RunErrorCode[]];

const workspace = new Entity({
  model: model("workspace"),
  attributes: {
    workspaceId: needed,
    name: needed,
    cap: { type: "number", required: true },
    running: count,
    createdAt,
  },
  indexes: { primary: at(["workspaceId"], []) },
} as const);

const task = new Entity({
  model: model("task"),
  attributes: {
    workspaceId: needed,
    taskId: needed,
    name: needed,
    description: optional,
    prompt: needed,
    agentType: { type: agentTypes, required: true },
    sourceUrl: optional,
    /** Sealed under the workspace's data key; the last four characters are kept to show. */
    gitToken: optional,
    gitTokenLastFour: optional,
    notificationEmail: optional,
    schedule: { type: CustomAttributeType<Schedule>("any"), required: true },
    model: needed,
    maxTurns: { type: "number", required: true },
    allowedTools: strings,
    disallowedTools: strings,
    sandbox: { type: sandboxes },
    subPath: optional,
    parameterStore: optional,
    /** The store's CONFIG_API_KEY, sealed like the git token. */
    parameterStoreKey: optional,
    parameterStoreKeyLastFour: optional,
    timeoutMinutes: { type: "number", required: true },
    overlap: { type: overlaps, required: true },
    enabled: { type: "boolean", required: true },
    disabledReason: optional,
    /** Runs that have not ended; of these, runs that are claimed; runs kept in the history. */
    active: count,
    running: count,
    runCount: count,
    failures: count,
    lastRunId: optional,
    /** How the run ended that was the last to end. */
    lastRunStatus: { type: terminalStatuses },
    /** Slots up to this instant are older than the history that is kept: whether they ran cannot be told any more. */
    prunedUntil: optional,
    /** Counts changes of the schedule; the row is in the sweep until EventBridge Scheduler has this version. */
    scheduleVersion: count,
    scheduleSince: needed,
    deletedAt: optional,
    createdAt,
    updatedAt: needed,
    sweep,
  },
  indexes: { primary: at(["workspaceId"], ["taskId"]), bySweep: bySweep("taskId") },
} as const);

const taskName = new Entity({
  model: model("taskName"),
  attributes: { workspaceId: needed, lowerName: needed, taskId: needed },
  indexes: { primary: at(["workspaceId"], ["lowerName"]) },
} as const);

const run = new Entity({
  model: model("run"),
  attributes: {
    runId: needed,
    workspaceId: needed,
    taskId: needed,
    taskName: needed,
    agentType: { type: agentTypes, required: true },
    model: needed,
    status: { type: runStatuses, required: true },
    trigger: { type: triggers, required: true },
    attempt: { type: "number", required: true, default: 1 },
    slot: optional,
    parentRunId: optional,
    createdAt,
    /** When a PENDING run may be tried again. */
    retryAt: optional,
    firstClaimedAt: optional,
    claimedAt: optional,
    startedAt: optional,
    endedAt: optional,
    deadlineAt: optional,
    leaseUntil: optional,
    heartbeatAt: optional,
    timeoutMinutes: { type: "number", required: true },
    claimTokenHash: optional,
    taskArn: optional,
    /** One log stream per attempt that redeemed its ticket, in order. */
    logStreams: { type: "list", items: { type: "map", properties: { attempt: { type: "number" }, stream: optional } } },
    lastLine: { type: "number" },
    progressText: optional,
    cancelRequestedAt: optional,
    result: optional,
    errorCode: { type: errorCodes },
    errorMessage: optional,
    turns: { type: "number" },
    costUsd: { type: "number" },
    usage: { type: CustomAttributeType<Usage>("any") },
    emailState: { type: emailStates, required: true, default: "none" },
    emailTo: optional,
    emailSentAt: optional,
    emailError: optional,
    emailAttempts: count,
    emailRetryAt: optional,
    /** Seconds since 1970; set when the task is gone and the row is only history. */
    expiresAt: { type: "number" },
    sweep,
  },
  indexes: {
    primary: at(["runId"], []),
    byTask: gsi(1, ["taskId"], ["createdAt", "runId"]),
    byWorkspace: gsi(2, ["workspaceId"], ["createdAt", "runId"]),
    byStatus: gsi(3, ["workspaceId", "status"], ["createdAt", "runId"]),
    bySweep: bySweep("runId"),
  },
} as const);

const ledger = new Entity({
  model: model("ledger"),
  attributes: {
    runId: needed,
    /** `attempt-seq`, zero-padded: writing a call again overwrites it. */
    line: needed,
    workspaceId: needed,
    taskId: needed,
    at: needed,
    provider: { type: ["anthropic", "openai"] as const, required: true },
    model: needed,
    keySource: { type: ["WORKSPACE_KEY"] as const, required: true },
    inputTokens: { type: "number", required: true },
    outputTokens: { type: "number", required: true },
    cacheReadTokens: { type: "number", required: true },
    cacheWriteTokens: { type: "number", required: true },
    durationMs: { type: "number", required: true },
    status: { type: "number", required: true },
    /** Absent: the model has no known price. */
    costUsd: { type: "number" },
    expiresAt: { type: "number", required: true },
  },
  indexes: { primary: at(["runId"], ["line"]) },
} as const);

const credential = new Entity({
  model: model("credential"),
  attributes: {
    workspaceId: needed,
    agentType: { type: agentTypes, required: true },
    kind: { type: credentialKinds, required: true },
    lastFour: needed,
    updatedAt: needed,
    /** What the provider said, and when it was asked. */
    check: { type: credentialChecks },
    checkedAt: optional,
  },
  indexes: { primary: at(["workspaceId"], ["agentType"]) },
} as const);

const parameterStore = new Entity({
  model: model("parameterStore"),
  attributes: {
    workspaceId: needed,
    storeId: needed,
    name: needed,
    encrypted: { type: "boolean", required: true },
    /** Tells the right key from others without being of use to find it. Only of an encrypted store. */
    verifier: optional,
    names: { type: "list", items: { type: "string" }, required: true },
    /** Each value sealed by itself, so that removing one takes no key. */
    values: { type: CustomAttributeType<Record<string, string>>("any"), required: true },
    /** Counts changes: what tells one in between. */
    version: { type: "number", required: true },
    createdAt,
    updatedAt: needed,
  },
  indexes: { primary: at(["workspaceId"], ["storeId"]) },
} as const);

const parameterStoreName = new Entity({
  model: model("parameterStoreName"),
  attributes: {
    workspaceId: needed,
    lowerName: needed,
    storeId: needed,
    encrypted: { type: "boolean", required: true },
  },
  indexes: { primary: at(["workspaceId"], ["lowerName"]) },
} as const);

const sum = { type: "number" } as const;
const sums = {
  runs: sum,
  modelCalls: sum,
  inputTokens: sum,
  outputTokens: sum,
  costUsd: sum,
  /** Calls without a known price: not in costUsd. */
  unpricedCalls: sum,
};

/** What a task's runs that ended on a day took: one row for the runs, and one for each model they used. */
const spend = new Entity({
  model: model("spend"),
  attributes: {
    workspaceId: needed,
    /** In UTC: 2027-01-31. */
    day: needed,
    taskId: needed,
    agentType: { type: agentTypes, required: true },
    /** `run`, or `model-` and the model. */
    part: needed,
    model: optional,
    /** The task's name at the latest of these runs: it is told also when the task is gone. */
    taskName: needed,
    ...sums,
  },
  indexes: { primary: at(["workspaceId"], ["day", "taskId", "agentType", "part"]) },
} as const);

/** The same for a whole workspace, with how its runs ended: a dashboard's month is 31 rows, whatever it has of tasks. */
const spendDay = new Entity({
  model: model("spendDay"),
  attributes: { workspaceId: needed, day: needed, done: sum, failed: sum, cancelled: sum, ...sums },
  indexes: { primary: at(["workspaceId"], ["day"]) },
} as const);

const apiKey = new Entity({
  model: model("apiKey"),
  attributes: {
    keyId: needed,
    workspaceId: needed,
    name: needed,
    role: { type: roles, required: true },
    autonomy: { type: "number", required: true },
    hash: needed,
    lastFour: needed,
    createdAt,
    expiresAt: { type: "number" },
  },
  indexes: { primary: at(["keyId"], []), byWorkspace: gsi(2, ["workspaceId"], ["createdAt", "keyId"]) },
} as const);

const entities = {
  workspace,
  task,
  taskName,
  run,
  ledger,
  credential,
  apiKey,
  parameterStore,
  parameterStoreName,
  spend,
  spendDay,
};

const client = lazy(() => {
  const made = new DynamoDBClient(clientDefaults);
  retryCollisions(made);
  return made;
});

/** The table of a deployment, ready for queries. */
export function openTable(table: string) {
  return new Service(entities, { table, client: client() });
}
export type Table = ReturnType<typeof openTable>;
/** What the writes of a transaction are made with. */
export type TransactionRows = Parameters<Parameters<Table["transaction"]["write"]>[0]>[0];

/** Whether a conditional write was refused by its condition. */
export function isConditionFailure(error: unknown): boolean {
  return (error as { cause?: { name?: string } }).cause?.name === "ConditionalCheckFailedException";
}

/** Whether a conditional write took effect: false when its condition refused it. Any other failure is thrown. */
export async function tookEffect(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

export type TaskRow = EntityItem<typeof task>;
export type RunRow = EntityItem<typeof run>;
export type LedgerRow = EntityItem<typeof ledger>;
export type CredentialRow = EntityItem<typeof credential>;
export type ApiKeyRow = EntityItem<typeof apiKey>;
export type ParameterStoreRow = EntityItem<typeof parameterStore>;
export type SpendRow = EntityItem<typeof spend>;
export type SpendDayRow = EntityItem<typeof spendDay>;
