import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type _Record, DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { expect, it, onTestFinished } from "vitest";
import { followUpSource } from "../../core/run/follow-up-source.ts";
import { startDynamo } from "../aws/dynamodb/dynamodb.ts";
import { openStream, type TableStream, trimStream } from "../aws/dynamodb/stream.ts";
import { clientOptions, temporaryFolder } from "../aws/test-aws.ts";
import { type MappingOptions, mapEventSource } from "./mapping.ts";
import { openPositions } from "./positions.ts";

/** A table with a stream in the real engine, and a mapping of it that notes what it hands over. */
async function table() {
  const folder = await temporaryFolder();
  const file = join(folder, "table.sqlite");
  const server = await startDynamo({ file, port: 0 });
  onTestFinished(() => server.close());
  const options = clientOptions(server.url);
  const client = new DynamoDBClient(options);
  await client.send(
    new CreateTableCommand({
      TableName: "table",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  const stream = await openStream("table", client, new DynamoDBStreamsClient(options));
  const run = (pk: string, status: string, entity = "run") =>
    client.send(
      new PutItemCommand({
        TableName: "table",
        Item: { pk: { S: pk }, status: { S: status }, __edb_e__: { S: entity }, runId: { S: pk } },
      }),
    );
  return { folder, file, client, stream, run };
}

function mapped(stream: TableStream, folder: string, options: Partial<MappingOptions> = {}) {
  const positions = openPositions(join(folder, "stream.sqlite"), stream.arn);
  onTestFinished(() => positions.close());
  const clock = { now: 0 };
  const events: DynamoDBStreamEvent[] = [];
  const givenUp: DynamoDBStreamEvent[] = [];
  const mapping = mapEventSource({
    ...followUpSource,
    stream,
    positions,
    onGivenUp: (event) => givenUp.push(event),
    now: () => clock.now,
    ...options,
    invoke: async (event) => {
      events.push(event);
      return options.invoke?.(event);
    },
  });
  const drain = async () => {
    while (await mapping.poll());
  };
  return { mapping, positions, clock, events, givenUp, drain };
}

const idsOf = ({ Records }: DynamoDBStreamEvent) => Records.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S);

it("hands over runs that came to wait or to their end, in order, and nothing else", async () => {
  const { client, stream, folder, run } = await table();
  await run("starts", "CLAIMED");
  await run("waits", "PENDING");
  await run("no-run", "PENDING", "task");
  await run("starts", "PROCESSING");
  await run("waits", "PENDING");
  await run("starts", "PENDING");
  await run("waits", "CANCELLED");
  await run("never-ran", "FAILED");
  await run("never-ran", "FAILED");
  await client.send(new DeleteItemCommand({ TableName: "table", Key: { pk: { S: "never-ran" } } }));
  const { drain, events } = mapped(stream, folder);
  await drain();
  expect(events.map(idsOf)).toEqual([["waits", "starts", "waits", "never-ran"]]);
});

it("gives an event the shape that Lambda gives it", async () => {
  const { client, stream, folder } = await table();
  const item = { pk: { S: "a" }, status: { S: "PENDING" }, __edb_e__: { S: "run" } };
  const before = Math.floor(Date.now() / 1000);
  await client.send(
    new PutItemCommand({ TableName: "table", Item: { ...item, bytes: { B: Buffer.from("bytes") }, n: { N: "1" } } }),
  );
  const { drain, events } = mapped(stream, folder);
  await drain();
  const [record] = events[0]?.Records ?? [];
  expect(record).toMatchObject({
    eventName: "INSERT",
    eventSource: "aws:dynamodb",
    eventSourceARN: stream.arn,
    dynamodb: {
      Keys: { pk: { S: "a" } },
      NewImage: { ...item, bytes: { B: "Ynl0ZXM=" }, n: { N: "1" } },
      SequenceNumber: "1",
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  });
  expect(record?.dynamodb?.ApproximateCreationDateTime).toBeGreaterThanOrEqual(before);
  expect(record?.dynamodb?.ApproximateCreationDateTime).toBeLessThan(before + 60);
});

it("goes on where it was when it starts again, also with what another had in hand", async () => {
  const { stream, folder, run } = await table();
  for (const name of ["a", "b", "c"]) await run(name, "PENDING");
  const died = mapped(stream, folder, { batchSize: 2, invoke: () => new Promise(() => {}) });
  void died.mapping.poll();
  await expect.poll(() => died.events.map(idsOf)).toEqual([["a", "b"]]);
  const next = mapped(stream, folder, { batchSize: 2 });
  await next.drain();
  await run("d", "PENDING");
  const last = mapped(stream, folder);
  await last.drain();
  expect(next.events.map(idsOf)).toEqual([["a", "b"], ["c"]]);
  expect(last.events.map(idsOf)).toEqual([["d"]]);
});

it("halves a batch that fails until the record is alone, waits for it, and gives it up at last", async () => {
  const { stream, folder, run } = await table();
  for (const name of ["a", "b", "bad", "d"]) await run(name, "PENDING");
  const { clock, drain, events, givenUp } = mapped(stream, folder, {
    retryAttempts: 2,
    invoke: async (event) => {
      if (idsOf(event).includes("bad")) throw new Error("It cannot be done.");
    },
  });
  await drain();
  expect(events.map(idsOf)).toEqual([["a", "b", "bad", "d"], ["a", "b"], ["bad", "d"], ["bad"]]);
  await drain();
  expect(events).toHaveLength(4);
  for (const pause of [1000, 2000]) {
    clock.now += pause;
    await drain();
  }
  expect(events.slice(4).map(idsOf)).toEqual([["bad"], ["bad"], ["d"]]);
  expect(givenUp.map(idsOf)).toEqual([["bad"]]);
});

it("tries again from the first record that the function says has failed", async () => {
  const { stream, folder, run } = await table();
  for (const name of ["a", "b", "c"]) await run(name, "PENDING");
  let fails = true;
  const { clock, drain, events, positions } = mapped(stream, folder, {
    invoke: async ({ Records }) => {
      const at = Records.find(({ dynamodb }) => dynamodb?.Keys?.pk?.S === "b")?.dynamodb?.SequenceNumber ?? "";
      return { batchItemFailures: fails ? [{ itemIdentifier: at }] : [] };
    },
  });
  await drain();
  fails = false;
  clock.now += 1000;
  await drain();
  expect(events.map(idsOf)).toEqual([
    ["a", "b", "c"],
    ["b", "c"],
    ["b", "c"],
  ]);
  const [{ ShardId = "" } = {}] = await stream.shards();
  expect(positions.get(ShardId)).toBe("3");
});

it("reads a shard when its parent is done, and is not held up by another", async () => {
  const record = (pk: string, sequence: string): _Record => ({
    eventName: "INSERT",
    dynamodb: {
      Keys: { pk: { S: pk } },
      SequenceNumber: sequence,
      NewImage: { status: { S: "PENDING" }, __edb_e__: { S: "run" } },
    },
  });
  const content: Record<string, _Record[]> = {
    parent: [record("first", "1"), record("second", "2")],
    child: [record("third", "3")],
    other: [record("elsewhere", "7")],
  };
  const stream: TableStream = {
    arn: "arn:aws:dynamodb:eu-north-1:000000000000:table/table/stream/1",
    shards: async () => [{ ShardId: "child", ParentShardId: "parent" }, { ShardId: "parent" }, { ShardId: "other" }],
    read: async (shardId, after) => ({
      records: (content[shardId] ?? []).filter(({ dynamodb }) => Number(dynamodb?.SequenceNumber) > Number(after ?? 0)),
      ended: shardId === "parent",
    }),
  };
  let fails = true;
  const { clock, drain, events } = mapped(stream, await temporaryFolder(), {
    batchSize: 1,
    invoke: async (event) => {
      if (fails && idsOf(event).includes("second")) throw new Error("Not now.");
    },
  });
  await drain();
  expect(events.flatMap(idsOf).sort()).toEqual(["elsewhere", "first", "second"]);
  fails = false;
  clock.now += 1000;
  await drain();
  expect(events.slice(3).map(idsOf)).toEqual([["second"], ["third"]]);
});

it("lets go of what has been handled, and the numbers go on", async () => {
  const { client, stream, folder, file, run } = await table();
  const count = () => {
    const db = new DatabaseSync(file);
    const { n } = db.prepare("SELECT COUNT(*) AS n FROM _stream_records").get() as { n: number };
    db.close();
    return n;
  };
  for (let n = 0; n < 5; n++) await run(`run ${n}`, "PENDING");
  const { drain, events, positions } = mapped(stream, folder);
  await drain();
  const [{ ShardId = "" } = {}] = await stream.shards();
  trimStream(file, "table", positions.get(ShardId) ?? "");
  expect(count()).toBe(1);
  await client.send(
    new UpdateItemCommand({
      TableName: "table",
      Key: { pk: { S: "run 0" } },
      UpdateExpression: "SET #s = :s",
      ExpressionAttributeNames: { "#s": "status" },
      ExpressionAttributeValues: { ":s": { S: "DONE" } },
    }),
  );
  await drain();
  expect(events[1]?.Records.map(({ dynamodb }) => dynamodb?.SequenceNumber)).toEqual(["6"]);
});
