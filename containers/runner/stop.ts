import { ClaimGone, type Lease } from "./lease.ts";
import { AT_ONCE } from "./supervise.ts";

/**
 * Why the agent is stopped before it is done. SHUTDOWN: the container is being taken away, the server starts the run
 * anew. CLAIM_GONE: the run is somebody else's.
 */
export type StopCause = "CANCELLED" | "DEADLINE_EXCEEDED" | "SHUTDOWN" | "CLAIM_GONE";

export interface Watch {
  signal: AbortSignal;
  readonly cause: StopCause | undefined;
  /** Ends the heartbeat; the outcome is about to be reported. */
  end(): void;
}

export interface WatchOptions {
  lease: Lease;
  progressText(): string | undefined;
  /** Fires when the machine asks the runner to go. */
  terminated: AbortSignal;
  clock(): number;
}

/** Milliseconds until the next beat when the API is away, and how long a shutdown waits for its answer. */
const AWAY_MS = 5000;
const ASK_MS = 3000;
/** The longest delay setTimeout can do. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Keeps the lease alive and listens for every reason to stop. The first one counts. */
export function watchRun({ lease, progressText, terminated, clock }: WatchOptions): Watch {
  const controller = new AbortController();
  let cause: StopCause | undefined;
  let ended = false;
  let beatTimer: NodeJS.Timeout | undefined;

  const stop = (why: StopCause) => {
    if (cause !== undefined || ended) return;
    cause = why;
    controller.abort(why === "CLAIM_GONE" ? AT_ONCE : why);
  };
  const { order } = lease;
  const beat = async () => {
    try {
      const answer = await lease.beat(progressText());
      if (answer?.stop) stop(answer.stop);
      return answer;
    } catch (error) {
      if (!(error instanceof ClaimGone)) throw error;
      stop("CLAIM_GONE");
      return undefined;
    }
  };
  const schedule = (ms: number) => {
    beatTimer = setTimeout(async () => {
      const answer = await beat();
      if (!ended) schedule(answer ? order.heartbeatSeconds * 1000 : Math.min(AWAY_MS, order.heartbeatSeconds * 1000));
    }, ms);
  };
  schedule(order.heartbeatSeconds * 1000);

  const left = Math.max(0, Date.parse(order.deadlineAt) - clock());
  const deadline = setTimeout(() => stop("DEADLINE_EXCEEDED"), Math.min(left, LONGEST_TIMER_MS));

  // A cancelled run's container is stopped as well: only the API knows whether this is one.
  const onTerminated = async () => {
    const patience = setTimeout(() => stop("SHUTDOWN"), ASK_MS);
    await beat();
    clearTimeout(patience);
    stop("SHUTDOWN");
  };
  if (terminated.aborted) void onTerminated();
  else terminated.addEventListener("abort", onTerminated, { once: true });

  return {
    signal: controller.signal,
    get cause() {
      return cause;
    },
    end() {
      ended = true;
      clearTimeout(beatTimer);
      clearTimeout(deadline);
      terminated.removeEventListener("abort", onTerminated);
    },
  };
}
