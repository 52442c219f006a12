import type { DynamoDBBatchResponse } from "aws-lambda";
import * as z from "zod";
import { idSchema } from "../contract/id.ts";
import { followUp } from "../core/run/follow-up.ts";
import { contextOfProcess } from "./environment.ts";

/** Records of the table's stream, as far as they matter here: see core/run/follow-up-source.ts for which come. */
const streamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: z.object({ runId: z.object({ S: idSchema("run") }) }),
      }),
    }),
  ),
});

const ctx = contextOfProcess();

/** Runs have come to wait, or to their end: do what follows. What fails comes again, and what is behind it in its shard. */
export async function handler(event: unknown): Promise<DynamoDBBatchResponse> {
  const told = streamEvent.parse(event).Records.map(({ dynamodb }) => ({
    runId: dynamodb.NewImage.runId.S,
    itemIdentifier: dynamodb.SequenceNumber,
  }));
  const failed = await followUp(
    ctx,
    told.map(({ runId }) => runId),
  );
  const first = told.find(({ runId }) => failed.has(runId));
  return { batchItemFailures: first ? [{ itemIdentifier: first.itemIdentifier }] : [] };
}
