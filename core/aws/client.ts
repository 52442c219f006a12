import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * How every AWS client is set up: a call that hangs is given up after five seconds and tried again, three times in all.
 * The retries, their back-off and what counts as retryable are the SDK's.
 */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** Makes a client on its first use, so that a function that never calls a service does not pay for its client. */
export function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

interface Cancellation {
  name?: string;
  CancellationReasons?: { Code?: string }[];
  $retryable?: { throttling?: boolean };
}

/** Two transactions that met on one row are nobody's fault: DynamoDB asks to try again, and the SDK's retry does. */
export function retryTransactionConflicts(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { name, CancellationReasons: reasons = [] } = error as Cancellation;
        const codes = reasons.map((reason) => reason.Code);
        const onlyConflict = codes.includes("TransactionConflict") && !codes.includes("ConditionalCheckFailed");
        if (name === "TransactionCanceledException" && onlyConflict) (error as Cancellation).$retryable = {};
        throw error;
      }
    },
    { step: "deserialize", priority: "high", name: "retryTransactionConflicts" },
  );
}
