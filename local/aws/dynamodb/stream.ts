import { DatabaseSync } from "node:sqlite";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
} from "@aws-sdk/client-dynamodb-streams";

export interface StreamPage {
  records: _Record[];
  /** Nothing will come any more: the shard has been succeeded by others. */
  ended: boolean;
}

/** A table's stream, read from any position of a shard on. */
export interface TableStream {
  readonly arn: string;
  shards: () => Promise<Shard[]>;
  /** What comes after a sequence number, or from the oldest record on; at most 1,000 records. */
  read: (shardId: string, after: string | undefined) => Promise<StreamPage>;
}

/** Throws where the table has no stream. */
export async function openStream(
  table: string,
  dynamodb: DynamoDBClient,
  client: DynamoDBStreamsClient,
): Promise<TableStream> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
  const arn = Table?.LatestStreamArn;
  if (arn === undefined) throw new Error(`The table ${table} has no stream.`);
  /** Where reading goes on, by shard, and the position that it stands for. */
  const iterators = new Map<string, { after: string | undefined; iterator: string }>();

  async function iteratorAt(shardId: string, after: string | undefined): Promise<string> {
    const known = iterators.get(shardId);
    if (known && known.after === after) return known.iterator;
    const from =
      after === undefined
        ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
        : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ...from }),
    );
    return ShardIterator ?? "";
  }

  async function read(shardId: string, after: string | undefined): Promise<StreamPage> {
    try {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: await iteratorAt(shardId, after) }));
      const records = page.Records ?? [];
      const iterator = page.NextShardIterator;
      const reached = records.at(-1)?.dynamodb?.SequenceNumber ?? after;
      if (iterator === undefined) iterators.delete(shardId);
      else iterators.set(shardId, { after: reached, iterator });
      return { records, ended: iterator === undefined };
    } catch (error) {
      iterators.delete(shardId);
      // What stood after the position is gone, as AWS does with records after a day: the rest is still to be read.
      const isGone = (error as Error).name === "TrimmedDataAccessException" && after !== undefined;
      if (isGone) return read(shardId, undefined);
      throw error;
    }
  }

  async function shards(): Promise<Shard[]> {
    const found: Shard[] = [];
    let from: string | undefined;
    do {
      const { StreamDescription } = await client.send(
        new DescribeStreamCommand({ StreamArn: arn, ExclusiveStartShardId: from }),
      );
      found.push(...(StreamDescription?.Shards ?? []));
      from = StreamDescription?.LastEvaluatedShardId;
    } while (from !== undefined);
    return found;
  }

  return { arn, shards, read };
}

/**
 * Removes a table's stream records before a sequence number from dynoxide's file, as AWS removes those of more than a
 * day. dynoxide keeps them for ever and looks through all of them at every write, which would be slower every day. The
 * record of the number itself stays: the next number is counted from the highest that is there.
 */
export function trimStream(file: string, table: string, before: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA busy_timeout=2000");
    db.prepare(
      "DELETE FROM _stream_records WHERE table_name = ? AND CAST(sequence_number AS INTEGER) < CAST(? AS INTEGER)",
    ).run(table, before);
  } finally {
    db.close();
  }
}
