import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { followUpSource } from "../../core/run/follow-up-source.ts";
import { openStream, trimStream } from "../aws/dynamodb/stream.ts";
import { names } from "../deployment.ts";
import { mapEventSource } from "./mapping.ts";
import { openPositions } from "./positions.ts";

export interface FeedOptions {
  /** Where the table answers. Reading its stream is Lambda's work: it passes by whoever counts or strikes calls. */
  dynamodbUrl: string;
  /** dynoxide's file, of which what has been handled is removed. Undefined where somebody else's DynamoDB answers. */
  dynamodbFile: string | undefined;
  /** How far the stream has been read is kept here. */
  dataDir: string;
  invoke: (event: DynamoDBStreamEvent) => Promise<unknown>;
  onGivenUp: (event: DynamoDBStreamEvent) => void;
  onError: (error: unknown) => void;
  /** False leaves all work to `drain`. */
  byItself: boolean;
}

export interface Feed {
  /** Hands over what is in the stream until nothing moves any more. */
  drain: () => Promise<void>;
  /** Resolves when what is being handed over is done. */
  stop: () => Promise<void>;
}

const everyMs = 100;
/** dynoxide's writes slow down by some microseconds for each record that is kept. */
const trimAfter = 200;

/** Feeds the function follow-up from the table's stream. */
export async function feedFollowUp(options: FeedOptions): Promise<Feed> {
  const client = { endpoint: options.dynamodbUrl };
  const stream = await openStream(names.table, new DynamoDBClient(client), new DynamoDBStreamsClient(client));
  const kept = openPositions(join(options.dataDir, "stream.sqlite"), stream.arn);
  let trimmedTo = 0;
  const positions = {
    ...kept,
    set(shardId: string, sequence: string) {
      kept.set(shardId, sequence);
      if (options.dynamodbFile === undefined || Number(sequence) - trimmedTo < trimAfter) return;
      trimmedTo = Number(sequence);
      trimStream(options.dynamodbFile, names.table, sequence);
    },
  };
  const mapping = mapEventSource({ ...followUpSource, ...options, stream, positions, now: () => performance.now() });

  let stopped = false;
  let working: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  /** One at a time, whoever asks. */
  const poll = () => {
    const next = working.then(mapping.poll);
    working = next.catch(() => {});
    return next;
  };
  const work = async () => {
    await poll().catch(options.onError);
    if (!stopped) timer = setTimeout(work, everyMs);
  };
  if (options.byItself) void work();
  return {
    async drain() {
      while (await poll());
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
      kept.close();
    },
  };
}
