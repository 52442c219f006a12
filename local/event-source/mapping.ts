import type { _Record, Shard } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamEvent } from "aws-lambda";
import * as z from "zod";
import type { EventPattern } from "../../core/run/follow-up-source.ts";
import type { TableStream } from "../aws/dynamodb/stream.ts";
import { fits } from "./filter.ts";
import type { Positions } from "./positions.ts";

export interface MappingOptions {
  stream: TableStream;
  positions: Positions;
  filters: readonly EventPattern[];
  batchSize: number;
  /** How often a record that fails is tried again before it is given up. */
  retryAttempts: number;
  /** The function. What it throws fails the batch; it may also answer which records failed. */
  invoke: (event: DynamoDBStreamEvent) => Promise<unknown>;
  /** Takes the records that were given up. */
  onGivenUp: (event: DynamoDBStreamEvent) => void;
  now: () => number;
}

export interface Mapping {
  /** Hands over what is in the stream now, once. Answers whether that got it any further. */
  poll: () => Promise<boolean>;
}

interface ShardState {
  /** How many records go at a time: half as many after each batch that failed as a whole. */
  size: number;
  /** The record that fails at present, how often it has, and when it may be tried again. */
  failing: { sequence: string; attempts: number; notBefore: number } | undefined;
  ended: boolean;
}

/** How long a list of shards counts: a table's stream has one for some hours. */
const shardsKeptMs = 10_000;
const backoffMs = (attempts: number) => Math.min(1000 * 2 ** (attempts - 1), 60_000);
const response = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/**
 * Lambda's mapping of a DynamoDB stream to a function: each record that fits a filter is handed over at least once, in
 * the order of its shard, and a shard is read when the one it came from has been. A batch that fails is halved until the
 * record that fails is alone; what comes after that one waits for it, until it is given up.
 */
export function mapEventSource(options: MappingOptions): Mapping {
  const { stream, positions } = options;
  const states = new Map<string, ShardState>();
  let shards: Shard[] = [];
  let shardsUntil = 0;

  function stateOf(shardId: string): ShardState {
    const known = states.get(shardId) ?? { size: options.batchSize, failing: undefined, ended: false };
    states.set(shardId, known);
    return known;
  }

  /** The index of the first record that failed, and whether that is known of it alone. */
  async function deliver(batch: _Record[]): Promise<{ index: number; alone: boolean } | undefined> {
    try {
      const answer = response.safeParse(await options.invoke(eventOf(batch, stream.arn)));
      const failed = new Set(answer.data?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      if (failed.size === 0) return undefined;
      // An answer that names none of the records fails the whole batch, as on AWS.
      const index = batch.findIndex((record) => failed.has(sequenceOf(record)));
      return index < 0 ? { index: 0, alone: batch.length === 1 } : { index, alone: true };
    } catch {
      return { index: 0, alone: batch.length === 1 };
    }
  }

  /** How many records are done with; undefined when the first has to wait for its next attempt. */
  async function hand(state: ShardState, batch: _Record[]): Promise<number | undefined> {
    const failure = await deliver(batch);
    if (!failure) {
      state.size = options.batchSize;
      return batch.length;
    }
    if (failure.index > 0) return failure.index;
    if (!failure.alone) {
      state.size = Math.ceil(batch.length / 2);
      return 0;
    }
    const record = batch[0] as _Record;
    const sequence = sequenceOf(record);
    const attempts = (state.failing?.sequence === sequence ? state.failing.attempts : 0) + 1;
    if (attempts > options.retryAttempts) {
      options.onGivenUp(eventOf([record], stream.arn));
      state.failing = undefined;
      return 1;
    }
    state.failing = { sequence, attempts, notBefore: options.now() + backoffMs(attempts) };
    return undefined;
  }

  async function pollShard(shardId: string): Promise<boolean> {
    const state = stateOf(shardId);
    if (state.ended || (state.failing && state.failing.notBefore > options.now())) return false;
    const { records, ended } = await stream.read(shardId, positions.get(shardId));
    const wanted = records.filter((record) => options.filters.some((filter) => fits(filter, record)));
    const doneWith = (record: _Record | undefined) => record && positions.set(shardId, sequenceOf(record));
    let moved = false;
    while (wanted.length > 0) {
      const done = await hand(state, wanted.slice(0, state.size));
      if (done === undefined) return moved;
      moved ||= done > 0;
      doneWith(wanted.splice(0, done).at(-1));
    }
    doneWith(records.at(-1));
    state.ended = ended;
    return records.length > 0;
  }

  async function readableShards(): Promise<string[]> {
    if (
      shards.length === 0 ||
      shards.some(({ ShardId = "" }) => stateOf(ShardId).ended) ||
      options.now() > shardsUntil
    ) {
      shards = await stream.shards();
      shardsUntil = options.now() + shardsKeptMs;
    }
    const isOpen = (id: string | undefined) =>
      id !== undefined && shards.some(({ ShardId }) => ShardId === id) && !stateOf(id).ended;
    return shards.filter(({ ParentShardId }) => !isOpen(ParentShardId)).map(({ ShardId = "" }) => ShardId);
  }

  return {
    async poll() {
      const moved = await Promise.all((await readableShards()).map(pollShard));
      return moved.includes(true);
    },
  };
}

const sequenceOf = (record: _Record) => record.dynamodb?.SequenceNumber ?? "";

/** The event as Lambda gives it: times in seconds, bytes in base64. */
function eventOf(records: _Record[], eventSourceARN: string): DynamoDBStreamEvent {
  const text = JSON.stringify(
    {
      Records: records.map((record) => ({
        ...record,
        eventSourceARN,
        dynamodb: {
          ...record.dynamodb,
          ApproximateCreationDateTime: (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
        },
      })),
    },
    (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value),
  );
  return JSON.parse(text) as DynamoDBStreamEvent;
}
