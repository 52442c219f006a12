import { readFileSync } from "node:fs";
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../contract/client.ts";
import { migrate } from "../../core/migration/migrate.ts";
import { reconcile } from "../../core/run/reconcile.ts";
import { sweep } from "../../core/sweep.ts";
import { checkInvariants } from "../support/invariants.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** Rows and secrets as the version before wrote them: what a task counted was on its own row, a result on its run's. */
const before = JSON.parse(readFileSync(new URL("./rows-1.json", import.meta.url), "utf8")) as {
  workspaceId: string;
  rows: NonNullable<WriteRequest["PutRequest"]>["Item"][];
  secrets: Record<string, string>;
};

let stack: Stack;
let client: Client;
beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  const secrets = new SecretsManagerClient();
  for (const [Name, SecretString] of Object.entries(before.secrets)) {
    await secrets
      .send(new CreateSecretCommand({ Name, SecretString }))
      .catch(() => secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString })));
  }
  const dynamo = new DynamoDBClient();
  const table = stack.ctx.config.table;
  // Runs last: the table's stream tells of them at once, and their tasks must be there.
  const isRun = (row: (typeof before.rows)[number]) => Number(row?.__edb_e__?.S === "run");
  for (const Item of before.rows.toSorted((a, b) => isRun(a) - isRun(b))) {
    await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item } }] } }));
  }
  client = await stack.clientAs("admin", before.workspaceId);
});
afterAll(() => stack.close());

const taskNamed = async (name: string) => {
  const [task] = (await client.listTasks({ query: { name } })).items;
  if (!task) throw new Error(`The task ${name} is gone.`);
  return task;
};
const runsOf = async (name: string) =>
  (await client.listTaskRuns({ params: { taskId: (await taskNamed(name)).id } })).items;

describe("rows of the version before", () => {
  it("are there in the new shape, also when two bring them there at once", async () => {
    await Promise.all([migrate(stack.ctx), migrate(stack.ctx)]);
    const tasks = await client.listTasks();
    expect(tasks.items.map(({ name }) => name)).toEqual(["nightly", "waiting", "working", "off"]);
    expect(await taskNamed("nightly")).toMatchObject({
      consecutiveFailures: 1,
      enabled: true,
      gitToken: { set: true },
      parameterStore: "settings",
      createdBy: null,
    });
    expect((await client.getOverview()).tasks).toMatchObject({ total: 4, enabled: 3 });
    const runs = await runsOf("nightly");
    expect(runs.map(({ status, error }) => [status, error?.code]).reverse()).toEqual([
      ["DONE", undefined],
      ["FAILED", "AGENT_ERROR"],
      ["CLAIMED", undefined],
      ["CANCELLED", "OVERLAP_SKIPPED"],
    ]);
    const first = await client.getRun({ params: { runId: runs.at(-1)?.id ?? "" } });
    expect(first).toMatchObject({ result: "All tests pass.", turns: 3, usage: { modelCalls: 2 } });
    await checkInvariants(stack);
  });

  it("go on: what waited starts, what was starting redeems its ticket", async () => {
    const [waits, starts] = await runsOf("waiting");
    expect([waits?.status, starts?.status]).toEqual(["PENDING", "CLAIMED"]);
    // The launches of the version before are long past: the sweep starts anew what did not report.
    await sweep(stack.ctx);
    const { attempt } = await client.getRun({ params: { runId: starts?.id ?? "" } });
    const runner = await playRunner(stack, starts?.id ?? "", attempt);
    // Its list of allowed tools is empty, which meant all of them: it means none, in words that a person sees.
    expect(runner.order.task).toMatchObject({ prompt: "Take your turn.", allowedTools: ["none"] });
    expect(await taskNamed("waiting")).toMatchObject({ allowedTools: ["none"] });
    await runner.complete({ result: "taken" });
    expect((await runsOf("waiting")).map(({ status }) => status)).toEqual(["CLAIMED", "DONE"]);
    const slot = (await runsOf("nightly")).find(({ status }) => status === "CLAIMED");
    const { order } = await playRunner(stack, slot?.id ?? "", slot?.attempt);
    expect(order.task).toMatchObject({
      prompt: "Look after the tests.",
      allowedTools: ["Read", "Bash(git *)"],
      maxTurns: 7,
    });
    expect(order.secrets).toMatchObject({
      credential: { value: "sk-ant-api03-oldoldoldold0123456789" },
      gitToken: "ghp_oldoldoldold0123456789",
      environment: { COLOUR: "green" },
    });
    await checkInvariants(stack);
  });
});

describe("rows of a version that did not count runs anew", () => {
  it("get their places in the sweep's index, where their counters are found", async () => {
    const { deployment, workspace, taskState } = stack.ctx.table.entities;
    const dynamo = new DynamoDBClient();
    const TableName = stack.ctx.config.table;
    const [waits] = (await client.listRuns({ query: { status: "CLAIMED" } })).items;
    const { Items = [] } = await dynamo.send(
      new ScanCommand({
        TableName,
        FilterExpression: "runId = :id AND attribute_exists(gsi4sk) OR #entity = :workspace",
        ExpressionAttributeNames: { "#entity": "__edb_e__" },
        ExpressionAttributeValues: { ":id": { S: waits?.id ?? "" }, ":workspace": { S: "workspace" } },
      }),
    );
    const former = (key: string | undefined) => key?.replace(/taskId_[^#]+#/, "");
    for (const { gsi4pk, gsi4sk, sweep: why, ...row } of Items) {
      const isRun = row.runId !== undefined;
      const Item = isRun ? { ...row, gsi4pk, sweep: why, gsi4sk: { S: former(gsi4sk?.S) } } : row;
      await dynamo.send(new PutItemCommand({ TableName, Item: Item as typeof row }));
    }
    await deployment.patch({ deploymentId: "main" }).set({ rows: 2 }).remove(["countedAt", "recount"]).go();
    const key = { workspaceId: before.workspaceId, taskId: waits?.taskId ?? "" };
    await taskState.patch(key).set({ active: 7 }).go();
    await workspace.patch({ workspaceId: before.workspaceId }).add({ running: 5 }).go();
    for (const seconds of [100, 160, 220]) await reconcile(stack.later(seconds));
    expect((await taskState.get(key).go()).data).toMatchObject({ active: 7 });
    await migrate(stack.ctx);
    for (const seconds of [7200, 7260]) await reconcile(stack.later(seconds));
    await checkInvariants(stack);
  });
});
