import * as z from "zod";
import { type Client, createClient } from "../../contract/client.ts";
import type { CompleteInput, ModelCall, ProgressAnswer, WorkOrder } from "../../contract/work-order.ts";
import type { RunnerApi } from "./api.ts";

/** The run is no longer this runner's: it was ended or given to another. Nothing more may be done for it. */
export class ClaimGone extends Error {
  override readonly name = "ClaimGone";
}

export interface LeaseOptions {
  api: RunnerApi;
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
  /** The commit that the agent starts from; it is reported with every message. */
  noteCommit(commit: string): void;
  /** Renews the lease and reports. Answers undefined when the API is away. Throws ClaimGone. */
  beat(progressText?: string): Promise<ProgressAnswer | undefined>;
  /** Reports the outcome, again and again until the lease or `giveUpAt()` is over. Throws ClaimGone. */
  complete(outcome: Outcome, giveUpAt: () => number): Promise<boolean>;
}

export type Outcome = Omit<CompleteInput, "calls" | "commit">;

/** Milliseconds: one request; how long a ticket is offered; the longest pause between two tries. */
const REQUEST_MS = 10_000;
const REDEEM_MS = 600_000;
const LONGEST_PAUSE_MS = 10_000;
/** Milliseconds that a report is tried for, though the lease be over: an outage may have kept the server from looking. */
const REPORT_MS = 900_000;
/** The longest that the API may ask to wait. */
const LONGEST_WAIT_MS = 60_000;
const CALLS_AT_ONCE = 200;

/** The answers that say whose the run is. Whatever else the API says, the runner works on and asks again. */
const claimGone = [401, 409, 410];
/** The answers that say that a message is not understood: an API of another version may take a smaller one. */
const notUnderstood = [400, 413, 422];

class NotUnderstood extends Error {}

/** When the API said how long to wait: the instant until which it is left alone. */
interface Quiet {
  until: number;
}

/**
 * Answers are told apart by their status alone, so that a runner gets along with an API whose codes it does not know.
 * What it does not know in an answer it passes over, and what it sends that is not understood it sends in a smaller form.
 */
function carefully(send: typeof fetch, quiet: Quiet, clock: () => number): typeof fetch {
  return async (...request) => {
    const response = await send(...request);
    const { status } = response;
    if (status < 400) return response;
    if (claimGone.includes(status)) throw new ClaimGone(`${status}: ${(await response.text()).slice(0, 300)}`);
    if (notUnderstood.includes(status)) throw new NotUnderstood();
    const seconds = Number(response.headers.get("retry-after"));
    if (seconds > 0) quiet.until = clock() + Math.min(seconds * 1000, LONGEST_WAIT_MS);
    return response;
  };
}

/** Exchanges the ticket for the work order. Throws ClaimGone when the ticket is used or too old. */
export async function redeem(options: LeaseOptions): Promise<Lease> {
  const { api, clock } = options;
  let token = options.ticket;
  const quiet = { until: 0 };
  const client = createClient({
    baseUrl: api.url,
    headers: () => api.headers(token),
    timeoutMs: REQUEST_MS,
    fetch: carefully(api.fetch, quiet, clock),
  });
  const params = { runId: options.runId };
  const end = clock() + REDEEM_MS;
  const body = options.taskArn === undefined ? {} : { taskArn: options.taskArn };
  const order = await retry(
    options,
    quiet,
    () => (options.giveUp.aborted ? 0 : end),
    () => client.redeemRun({ params, body }),
  );
  if (!order) throw new Error("The API could not be reached to redeem the ticket.");
  token = order.claimToken;
  return openLease(options, client, order, quiet);
}

function openLease(options: LeaseOptions, client: Client, order: WorkOrder, quiet: Quiet): Lease {
  const { clock } = options;
  const params = { runId: options.runId };
  let calls: ModelCall[] = [];
  let seq = 0;
  let base: { commit?: string } = {};

  async function progress(progressText?: string): Promise<ProgressAnswer> {
    const sent = calls.slice(0, CALLS_AT_ONCE);
    const answer = await firstUnderstood(
      () => client.progressRun({ params, body: { progressText, ...base, calls: sent } }),
      () => client.progressRun({ params, body: {} }),
    );
    calls = calls.filter((call) => !sent.includes(call));
    return answer;
  }

  async function report(outcome: Outcome): Promise<true> {
    while (calls.length > CALLS_AT_ONCE) await progress();
    const { error, result } = outcome;
    const send = (body: CompleteInput) => () => client.completeRun({ params, body });
    const minimal: CompleteInput = { outcome: outcome.outcome, ...(error && { error: { code: error.code } }) };
    await firstUnderstood(
      send({ ...outcome, ...base, calls }),
      send({ ...minimal, ...(result !== undefined && { result }) }),
      send(minimal),
      send({ outcome: outcome.outcome, ...(error && { error: { code: "AGENT_ERROR" } }) }),
    ).catch((problem) => {
      // It was taken; only the answer reads strange.
      if (!(problem instanceof z.ZodError)) throw problem;
    });
    return true;
  }

  return {
    order,
    addCall(call) {
      calls.push({ seq: ++seq, ...call });
    },
    noteCommit(commit) {
      base = { commit };
    },
    async beat(progressText) {
      return clock() < quiet.until ? undefined : attempt(() => progress(progressText));
    },
    async complete(outcome, giveUpAt) {
      const end = clock() + REPORT_MS;
      const done = await retry(
        options,
        quiet,
        () => Math.min(end, giveUpAt()),
        () => report(outcome),
      );
      return done !== undefined;
    },
  };
}

/** Sends one message after the other until one is understood. */
async function firstUnderstood<T>(...messages: [() => Promise<T>, ...(() => Promise<T>)[]]): Promise<T> {
  const [send, ...smaller] = messages;
  try {
    return await send();
  } catch (error) {
    const [next, ...rest] = smaller;
    if (!next || !(causeOf(error) instanceof NotUnderstood)) throw error;
    return await firstUnderstood(next, ...rest);
  }
}

/** Tries until it works or the time is over; then undefined. */
async function retry<T>(
  options: LeaseOptions,
  quiet: Quiet,
  until: () => number,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const { clock, wait } = options;
  for (let pause = 250; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const answer = await attempt(work);
    if (answer !== undefined) return answer;
    const left = until() - clock();
    if (left <= 0) return undefined;
    await wait(Math.min(Math.max(pause, quiet.until - clock()), Math.max(left, 250)));
  }
}

/** Undefined when the API is away or in trouble; throws ClaimGone when it says that the run is not this runner's. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const cause = causeOf(error);
    if (cause instanceof ClaimGone) throw cause;
    return undefined;
  }
}

/** What the client found in the way. */
const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined);
