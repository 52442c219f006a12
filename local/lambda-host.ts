import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "aws-lambda";

export interface LambdaFunction {
  handler: (event: never, context: Context) => unknown;
  timeoutMs: number;
  /** How often an asynchronous event that failed is repeated; 2 by default, as on AWS. */
  retries?: number;
}

/** An asynchronous event that failed at every attempt, as an onFailure destination receives it. */
export interface DeadLetter {
  functionName: string;
  event: unknown;
  error: string;
  at: string;
}

export interface LambdaHostOptions {
  region: string;
  accountId: string;
  functions: Record<string, LambdaFunction>;
  /** Receives every failed invocation, whole. */
  onError: (functionName: string, error: unknown) => void;
  onDeadLetter: (letter: DeadLetter) => void;
  /** Milliseconds before the first repetition of an asynchronous event and before later ones. */
  retryDelaysMs?: [first: number, later: number];
}

export interface LambdaHost {
  arn: (functionName: string) => string;
  /** Synchronous: answers what the handler returned, throws FunctionError. Takes a name or an ARN. */
  invoke: (nameOrArn: string, event: unknown) => Promise<unknown>;
  /**
   * Asynchronous: repeats an event that fails, then hands it to onDeadLetter. Resolves when the event is dealt with
   * either way; rejects when the host is stopped before, so that whoever keeps the event delivers it again.
   */
  send: (nameOrArn: string, event: unknown) => Promise<void>;
  /** Waits for handlers under way, at most `graceMs`; repetitions that still wait for their time are dropped. */
  drain: (graceMs: number) => Promise<void>;
}

/** What the caller of a function learns when it fails: Lambda's errorType and errorMessage. */
class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly errorType: string;
  constructor(errorType: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.errorType = errorType;
  }
}

/** AWS waits one minute, then two. */
const awsRetryDelaysMs = [60_000, 120_000] as const;

/** Runs Lambda handlers in this process under Lambda's rules: JSON events, a context, a time limit, retries. */
export function createLambdaHost(options: LambdaHostOptions): LambdaHost {
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const [firstDelay, laterDelay] = options.retryDelaysMs ?? awsRetryDelaysMs;
  const arn = (name: string) => `arn:aws:lambda:${options.region}:${options.accountId}:function:${name}`;

  function find(nameOrArn: string): [string, LambdaFunction] {
    const name = nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? "") : nameOrArn;
    const found = options.functions[name];
    if (!found) throw new FunctionError("ResourceNotFoundException", `Function not found: ${arn(name)}`);
    return [name, found];
  }

  async function invoke(nameOrArn: string, event: unknown): Promise<unknown> {
    const [name, found] = find(nameOrArn);
    const work = run(found, event, contextOf(name, arn(name), found.timeoutMs));
    running.add(work);
    try {
      return await work;
    } catch (error) {
      options.onError(name, error);
      throw error instanceof FunctionError ? error : asFunctionError(error);
    } finally {
      running.delete(work);
    }
  }

  async function send(nameOrArn: string, event: unknown): Promise<void> {
    const [functionName, { retries = 2 }] = find(nameOrArn);
    const copy = roundTrip(event);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await invoke(functionName, copy);
        return;
      } catch (error) {
        stopping.signal.throwIfAborted();
        if (attempt === retries) {
          return options.onDeadLetter({
            functionName,
            event: copy,
            error: String(error),
            at: new Date().toISOString(),
          });
        }
      }
      await sleep(attempt === 0 ? firstDelay : laterDelay, undefined, { signal: stopping.signal });
    }
  }

  return {
    arn,
    invoke,
    send,
    async drain(graceMs) {
      stopping.abort();
      const timer = new AbortController();
      const limit = sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {});
      await Promise.race([Promise.allSettled(running), limit]);
      timer.abort();
    },
  };
}

async function run(found: LambdaFunction, event: unknown, context: Context): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const message = `${context.awsRequestId} Task timed out after ${(found.timeoutMs / 1000).toFixed(2)} seconds`;
    const look = () => {
      const left = context.getRemainingTimeInMillis();
      if (left <= 0) return reject(new FunctionError("Sandbox.Timedout", message));
      timer = setTimeout(look, Math.min(left, longestStepMs));
    };
    look();
  });
  try {
    const result = await Promise.race([Promise.resolve(found.handler(roundTrip(event) as never, context)), limit]);
    return roundTrip(result);
  } finally {
    clearTimeout(timer);
  }
}

const longestStepMs = 1_000;

/**
 * Answers how many milliseconds are left. The time that a machine sleeps does not count, nor do changes of its clock: of
 * what passes between two questions it counts two steps at most.
 */
export function countdown(timeoutMs: number, clock = () => performance.now()): () => number {
  let left = timeoutMs;
  let last = clock();
  return () => {
    const now = clock();
    left -= Math.min(now - last, 2 * longestStepMs);
    last = now;
    return Math.max(0, left);
  };
}

function contextOf(name: string, arn: string, timeoutMs: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: arn,
    memoryLimitInMB: "512",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: countdown(timeoutMs),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

function asFunctionError(error: unknown): FunctionError {
  if (error instanceof Error) return new FunctionError(error.name, error.message, error);
  return new FunctionError("Error", String(error), error);
}

/** What crosses Lambda's border is JSON, in both directions. */
function roundTrip(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
