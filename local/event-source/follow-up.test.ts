import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../../test/support/until.ts";
import { startDynamo } from "../aws/dynamodb/dynamodb.ts";
import { clientOptions, temporaryFolder } from "../aws/test-aws.ts";
import { names } from "../deployment.ts";
import { createTable } from "../provision.ts";

const fixture = fileURLToPath(new URL("./follow-up.fixture.ts", import.meta.url));

async function table() {
  const folder = await temporaryFolder();
  const server = await startDynamo({ file: join(folder, "table.sqlite"), port: 0 });
  onTestFinished(() => server.close());
  const client = new DynamoDBClient(clientOptions(server.url));
  await createTable(client);
  const put = (runId: string) => {
    const key = { pk: { S: runId }, sk: { S: "x" } };
    const values = {
      status: { S: "PENDING" },
      __edb_e__: { S: "run" },
      runId: { S: runId },
      text: { S: "x".repeat(4000) },
    };
    return client.send(new PutItemCommand({ TableName: names.table, Item: { ...key, ...values } }));
  };
  return { folder, put, url: server.url };
}

/** A process that reads the stream. */
function reader(url: string, folder: string): ChildProcess {
  const env = { ...process.env, AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
  const child = spawn(process.execPath, [fixture, url, folder], { env, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function handed(folder: string): string[] {
  try {
    return readFileSync(join(folder, "handed"), "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

it("loses nothing when its process is killed again and again", async () => {
  const { folder, put, url } = await table();
  const ids = Array.from({ length: 300 }, (_, n) => `run ${String(n).padStart(3, "0")}`);
  for (let round = 0; round < 4; round++) {
    const seen = handed(folder).length;
    const child = reader(url, folder);
    for (const id of ids.slice(round * 75, (round + 1) * 75)) await put(id);
    await until(() => handed(folder).length > seen + 10 * round);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  reader(url, folder);
  await until(() => new Set(handed(folder)).size === ids.length);
  const order = [...new Set(handed(folder))];
  expect(order).toEqual(ids);
});

it("gives a table of a version that had none its stream", async () => {
  const folder = await temporaryFolder();
  const server = await startDynamo({ file: join(folder, "table.sqlite"), port: 0 });
  onTestFinished(() => server.close());
  const client = new DynamoDBClient(clientOptions(server.url));
  await client.send(
    new CreateTableCommand({
      TableName: names.table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  await createTable(client);
  await createTable(client);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: names.table }));
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" });
});

it("does not let the file grow with what it has handed over", async () => {
  const { folder, put, url } = await table();
  reader(url, folder);
  const file = join(folder, "table.sqlite");
  const fill = async () => {
    for (let n = 0; n < 350; n++) await put(`run ${n % 20}`);
    const db = new DatabaseSync(file, { readOnly: true });
    const kept = db.prepare("SELECT COUNT(*) AS count FROM _stream_records");
    await until(() => Number(kept.get()?.count) < 300);
    db.close();
    return statSync(file).size;
  };
  const before = await fill();
  expect(await fill()).toBeLessThan(before * 1.5);
});
