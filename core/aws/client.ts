import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * How every AWS client is set up: a call that hangs is given up after five seconds and tried again, three times in all.
 * The retries, their back-off and what counts as retryable are the SDK's.
 */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** Makes a client on its first use, so that a function that never calls a service does not pay for its client. */
export function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The reason of a transaction that met another one. */
export const conflict = "TransactionConflict";

interface Cancellation {
  name?: string;
  CancellationReasons?: { Code?: string }[];
  $retryable?: { throttling?: boolean };
}

/**
 * DynamoDB cancels a transaction for three kinds of reason: a condition of ours failed, two transactions met on one row,
 * or a part was throttled. The last is tried again by the SDK, and thrown when that does not help; for the second see
 * core/aws/table/transaction.ts. A single write that meets a transaction is tried again as well. A batch of which a part
 * was left undone was throttled, though DynamoDB answers 200: half an answer is none.
 */
export function retryCollisions(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const result = await next(args);
        if (isIncomplete(result.output ?? {})) throw new IncompleteBatch();
        return result;
      } catch (error) {
        sortReasons(error as Cancellation);
        throw error;
      }
    },
    { step: "deserialize", priority: "high", name: "retryCollisions" },
  );
}

function isIncomplete(output: object): boolean {
  const { UnprocessedKeys, UnprocessedItems }: { UnprocessedKeys?: object; UnprocessedItems?: object } = output;
  return Object.keys(UnprocessedKeys ?? UnprocessedItems ?? {}).length > 0;
}

class IncompleteBatch extends Error {
  override readonly name = "IncompleteBatch";
  readonly $retryable = { throttling: true };
  override readonly message = "DynamoDB left a part of a batch undone.";
}

function sortReasons(error: Cancellation): void {
  if (error.name === "TransactionConflictException") error.$retryable = { throttling: false };
  const reasons = error.CancellationReasons;
  if (error.name !== "TransactionCanceledException" || !reasons) return;
  const codes = reasons.map((reason) => reason.Code);
  if (codes.includes("ConditionalCheckFailed")) {
    for (const reason of reasons) if (reason.Code !== "ConditionalCheckFailed") reason.Code = "None";
    return;
  }
  if (codes.every((code) => code === "None" || code === conflict)) return;
  if (codes.some((code) => /Throttl|ThroughputExceeded|LimitExceeded/.test(code ?? ""))) {
    error.$retryable = { throttling: true };
  }
  // With reasons on it the error would pass for a refusal.
  delete error.CancellationReasons;
}
