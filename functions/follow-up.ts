import type { DynamoDBBatchResponse } from "aws-lambda";
import * as z from "zod";
import { idSchema } from "../contract/id.ts";
import { logFault } from "../core/logger.ts";
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

/** A run has come to wait, or to its end: do what follows. What fails comes again, and what is behind it in its shard. */
export async function handler(event: unknown): Promise<DynamoDBBatchResponse> {
  for (const { dynamodb } of streamEvent.parse(event).Records) {
    const runId = dynamodb.NewImage.runId.S;
    try {
      await followUp(ctx, runId);
    } catch (error) {
      logFault("follow-up", error, { runId });
      return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}
