import { expect } from "vitest";
import { isTerminal } from "../../contract/run.ts";
import { derivedId } from "../../core/id.ts";
import { sweep } from "../../core/sweep.ts";
import { checkInvariants, containersOf, mailsAbout } from "./invariants.ts";
import { playRunner } from "./runner.ts";
import { canary, type Stack } from "./stack.ts";

/** The time by which a run must have ended, whatever happens to it, in seconds. */
const limit = 600;

export async function storeCredential(stack: Stack): Promise<void> {
  const body = { kind: "anthropicapikey", value: canary } as const;
  await stack.client.putCredential({ params: { agentType: "claude" }, body });
}

let hours = 0;
/** A slot that no other case has. */
export const freshSlot = () => new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + ++hours * 3_600_000);

export const slotRunId = (taskId: string, slot: Date) => derivedId("run", slot, [taskId, slot.toISOString()]);

/** A small generator of numbers below 1 that gives the same ones for the same seed. */
export function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

let looking = 0;
/** Looks at something while no fault strikes: what a test sees is not what is tested. */
export async function unstruck<T>(stack: Stack, look: () => Promise<T>): Promise<T> {
  const faults = stack.aws.faults as unknown as { take?: () => undefined };
  looking += 1;
  faults.take = () => undefined;
  try {
    return await look();
  } finally {
    looking -= 1;
    if (looking === 0) delete faults.take;
  }
}

export const rowOf = (stack: Stack, runId: string) =>
  unstruck(stack, async () => {
    const { data } = await stack.ctx.table.entities.run.get({ runId }).go({ consistent: true });
    return data ?? undefined;
  });

/** Does what a client does when the API answers a 5xx: the same again. */
export async function persistently<T>(call: () => Promise<T>, tries = 4): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await call();
    } catch (error) {
      const status = (error as { status?: number }).status ?? 500;
      if (left === 0 || status < 500) throw error;
    }
  }
}

/** What a container's runner does, if the run has a container that waits to redeem its ticket. */
export async function playContainer(stack: Stack, runId: string): Promise<void> {
  const row = await rowOf(stack, runId);
  if (row?.status !== "CLAIMED") return;
  const identity = `${runId}/${row.attempt}`;
  const container = (await unstruck(stack, () => containersOf(stack, runId))).find(
    (each) => each.startedBy === identity,
  );
  if (!container || container.status === "STOPPED") return;
  const runner = await persistently(() => playRunner(stack, runId, row.attempt, container.taskArn));
  await persistently(() => runner.progress());
  await persistently(() => runner.complete({ result: "done" }));
}

/**
 * Lets the minutes pass, with a sweep in each and a runner in each container, until the runs have ended. Sweeps may fail
 * as a whole: the next minute's is the retry. Gives the seconds it took, at most those a run may take.
 */
export async function liveOn(stack: Stack, runIds: string[], play = playContainer): Promise<number> {
  for (let seconds = 0; ; seconds += 60) {
    await sweep(stack.later(seconds)).catch(() => {});
    // What the stream brings goes by the real clock: it is done before the minutes pass.
    await stack.drainStream();
    for (const runId of runIds) await play(stack, runId).catch(() => {});
    const rows = await Promise.all(runIds.map((runId) => rowOf(stack, runId)));
    if (seconds >= limit || rows.every((row) => row && isTerminal(row.status))) return seconds;
  }
}

/**
 * The runs have ended, in time; their counters are right, and each mail goes out once. A sender that dies between SES's
 * answer and its own note of it is the one who may be followed by a second mail.
 */
export async function expectEnded(
  stack: Stack,
  runIds: string | string[],
  { statuses = ["DONE"], mails = [1] }: { statuses?: string[]; mails?: number[] } = {},
): Promise<void> {
  const seconds = await liveOn(stack, [runIds].flat());
  const get = (runId: string) => stack.client.getRun({ params: { runId } });
  const read = () => unstruck(stack, () => Promise.all([runIds].flat().map(get)));
  const ended = await read();
  for (const run of ended) expect(statuses, `${run.id} after ${seconds} s`).toContain(run.status);
  await stack.drainStream();
  for (const minute of [3, 6]) await sweep(stack.later(limit + minute * 60)).catch(() => {});
  for (const [index, { id, status, email }] of (await read()).entries()) {
    expect({ status, email: email.state }).toEqual({ status: ended[index]?.status, email: "sent" });
    expect(mails, "mails").toContain(mailsAbout(stack, id).length);
  }
  await unstruck(stack, () => checkInvariants(stack));
}

/** How many mails there may be when a process was killed after these AWS calls. SES alone is asked at this path. */
export const mailsIf = (calls: string[]): number[] => (calls.at(-1) === "POST /" ? [1, 2] : [1]);
