import { ApiError, type Client, createClient } from "../../contract/client.ts";
import type { CompleteInput, ModelCall, ProgressAnswer, WorkOrder } from "../../contract/work-order.ts";

import { httpFetch } from "./http-fetch.ts";

/** The run is no longer this runner's: it was ended or given to another. Nothing more may be done for it. */
export class ClaimGone extends Error {
  override readonly name = "ClaimGone";
}

export interface LeaseOptions {
  apiUrl: string;
  runId: string;
  ticket: string;
  taskArn: string | undefined;
  clock(): number;
  wait(ms: number): Promise<void>;
  /** Ends the wait for an API that is away before the ticket was redeemed. */
  giveUp: AbortSignal;
}

/** The right to work on one run, and the way to report about it. */
export interface Lease {
  order: WorkOrder;
  /** Books a model call; it is reported with the next message. */
  addCall(call: Omit<ModelCall, "seq">): void;
  /** Renews the lease and reports. Answers undefined when the API is away. Throws ClaimGone. */
  beat(progressText?: string): Promise<ProgressAnswer | undefined>;
  /** Reports the outcome, again and again until the lease or `giveUpAt()` is over. Throws ClaimGone. */
  complete(outcome: Outcome, giveUpAt: () => number): Promise<boolean>;
}

export type Outcome = Omit<CompleteInput, "calls">;

/** Milliseconds: one request; how long a ticket is offered; the longest pause between two tries. */
const REQUEST_MS = 10_000;
const REDEEM_MS = 180_000;
const LONGEST_PAUSE_MS = 10_000;
/** Tries after the lease is over: the server may not have looked yet. */
const LAST_TRIES = 2;
const CALLS_AT_ONCE = 200;

/** Exchanges the ticket for the work order. Throws ClaimGone when the ticket is used or too old. */
export async function redeem(options: LeaseOptions): Promise<Lease> {
  const { clock } = options;
  let token = options.ticket;
  const client = createClient({
    baseUrl: options.apiUrl,
    headers: () => ({ authorization: `Bearer ${token}` }),
    timeoutMs: REQUEST_MS,
    fetch: httpFetch,
  });
  const params = { runId: options.runId };
  const end = clock() + REDEEM_MS;
  const body = options.taskArn === undefined ? {} : { taskArn: options.taskArn };
  const order = await retry(
    options,
    () => (options.giveUp.aborted ? 0 : end),
    () => client.redeemRun({ params, body }),
  );
  if (!order) throw new Error("The API could not be reached to redeem the ticket.");
  token = order.claimToken;
  return openLease(options, client, order);
}

function openLease(options: LeaseOptions, client: Client, order: WorkOrder): Lease {
  const { clock } = options;
  const params = { runId: options.runId };
  let leaseEndsAt = clock() + order.leaseSeconds * 1000;
  let calls: ModelCall[] = [];
  let seq = 0;

  async function progress(progressText?: string): Promise<ProgressAnswer> {
    const sent = calls.slice(0, CALLS_AT_ONCE);
    const answer = await client.progressRun({ params, body: { progressText, calls: sent } });
    leaseEndsAt = clock() + answer.leaseSeconds * 1000;
    calls = calls.filter((call) => !sent.includes(call));
    return answer;
  }

  return {
    order,
    addCall(call) {
      calls.push({ seq: ++seq, ...call });
    },
    async beat(progressText) {
      return attempt(() => progress(progressText));
    },
    async complete(outcome, giveUpAt) {
      let lastTries = LAST_TRIES;
      const until = () => {
        const end = Math.min(leaseEndsAt, giveUpAt());
        return clock() < end || lastTries-- <= 0 ? end : clock() + 1;
      };
      const done = await retry(options, until, async () => {
        while (calls.length > CALLS_AT_ONCE) await progress();
        return client.completeRun({ params, body: { ...outcome, calls } });
      });
      return done !== undefined;
    },
  };
}

/** Tries until it works or the time is over; then undefined. */
async function retry<T>(options: LeaseOptions, until: () => number, work: () => Promise<T>): Promise<T | undefined> {
  for (let pause = 250; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const answer = await attempt(work);
    if (answer !== undefined) return answer;
    const left = until() - options.clock();
    if (left <= 0) return undefined;
    await options.wait(Math.min(pause, Math.max(left, 250)));
  }
}

/** Undefined when the API is away or in trouble; throws ClaimGone when it says no. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
    if (refused) throw new ClaimGone(`${error.code}: ${error.message}`, { cause: error });
    return undefined;
  }
}
