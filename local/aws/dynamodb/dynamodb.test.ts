import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it, onTestFinished } from "vitest";
import { clientOptions, eventually, temporaryFolder, testAws } from "../test-aws.ts";
import { dynoxideBinary, startDynamo, sweepExpired } from "./dynamodb.ts";

async function dynamo(file?: string) {
  const path = file ?? join(await temporaryFolder(), "table.db");
  const server = await startDynamo({ file: path, port: 0 });
  onTestFinished(() => server.close());
  return { file: path, server, client: new DynamoDBClient(clientOptions(server.url)) };
}

async function withTable(client: DynamoDBClient) {
  await client.send(
    new CreateTableCommand({
      TableName: "table",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
  const put = (pk: string, expiresAt?: number) =>
    client.send(
      new PutItemCommand({
        TableName: "table",
        Item: { pk: { S: pk }, sk: { S: "x" }, ...(expiresAt && { expiresAt: { N: String(expiresAt) } }) },
      }),
    );
  const has = async (pk: string) => {
    const got = await client.send(new GetItemCommand({ TableName: "table", Key: { pk: { S: pk }, sk: { S: "x" } } }));
    return got.Item !== undefined;
  };
  return { put, has };
}

it("keeps what was written and lets one process at a time have the file", async () => {
  const first = await dynamo();
  const { put } = await withTable(first.client);
  await put("a");
  await expect(startDynamo({ file: first.file, port: 0 })).rejects.toThrow(`held by process ${process.pid}`);
  await first.server.close();
  const second = await dynamo(first.file);
  const got = await second.client.send(
    new GetItemCommand({ TableName: "table", Key: { pk: { S: "a" }, sk: { S: "x" } } }),
  );
  expect(got.Item?.pk?.S).toBe("a");
});

it("ends the dynoxide that a killed owner left behind and takes over", async () => {
  const file = join(await temporaryFolder(), "table.db");
  const script = `
    const { startDynamo } = await import(${JSON.stringify(new URL("./dynamodb.ts", import.meta.url).href)});
    const server = await startDynamo({ file: ${JSON.stringify(file)}, port: 0 });
    console.log(JSON.stringify({ pid: server.pid, url: server.url }));`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(owner.stdout, "data")) as [Buffer];
  const left = JSON.parse(line.toString()) as { pid: number; url: string };
  owner.kill("SIGKILL");
  await once(owner, "exit");
  expect((await fetch(left.url)).status).toBeGreaterThan(0);
  const { server } = await dynamo(file);
  await expect(fetch(left.url)).rejects.toThrow();
  expect(server.pid).not.toBe(left.pid);
});

it("sweeps the items whose time has passed, and no other", async () => {
  const { client } = await dynamo();
  const { put, has } = await withTable(client);
  await put("old", 1000);
  await put("new", 3000);
  await put("forever");
  expect(await sweepExpired(client, "table", 2_000_000)).toBe(1);
  expect([await has("old"), await has("new"), await has("forever")]).toEqual([false, true, true]);
});

it("is reached through the local AWS, counted and struck by faults", async () => {
  const { server: dynamoServer, client } = await dynamo();
  await withTable(client);
  const aws = await testAws({ dynamodbUrl: dynamoServer.url });
  const through = new DynamoDBClient({ ...aws.client, maxAttempts: 1 });
  const put = (pk: string) =>
    through.send(new PutItemCommand({ TableName: "table", Item: { pk: { S: pk }, sk: { S: "x" } } }));
  aws.server.faults.add({ service: "dynamodb", operation: "PutItem", kind: "throttle" });
  aws.server.faults.add({ service: "dynamodb", operation: "PutItem", kind: "after" });
  await expect(put("a")).rejects.toMatchObject({ name: "ThrottlingException" });
  await expect(put("b")).rejects.toThrow();
  await put("c");
  const got = async (pk: string) =>
    (await through.send(new GetItemCommand({ TableName: "table", Key: { pk: { S: pk }, sk: { S: "x" } } }))).Item;
  expect([await got("a"), await got("b"), await got("c")].map((item) => item?.pk?.S)).toEqual([undefined, "b", "c"]);
  expect(aws.server.calls.count("dynamodb", "PutItem")).toBe(3);
});

it("comes back on the same port when it is killed", async () => {
  const { server, client } = await dynamo();
  const { put, has } = await withTable(client);
  await put("a");
  const { pid } = server;
  process.kill(pid, "SIGKILL");
  await eventually(() => (server.pid !== pid ? true : undefined));
  const back = await eventually(() => has("a").catch(() => undefined));
  expect(back).toBe(true);
});

it("says what to do where there is no dynoxide", () => {
  expect(() => dynoxideBinary("plan9", "mips")).toThrow(/@dynoxide\/plan9-mips.*ERRAND_DYNAMODB_ENDPOINT/);
});
