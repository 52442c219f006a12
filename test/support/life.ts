import { expect } from "vitest";
import { isTerminal, type Run } from "../../contract/run.ts";
import { derivedId } from "../../core/id.ts";
import { sweep } from "../../core/sweep.ts";
import { checkInvariants, containersOf, mailsAbout } from "./invariants.ts";
import { playRunner } from "./runner.ts";
import { canary, type Stack } from "./stack.ts";

/** The time by which a run must have ended, whatever happens to it, in seconds. */
const limit = 300;

export async function storeCredential(stack: Stack): Promise<void> {
  const body = { kind: "anthropicapikey", value: canary } as const;
  await stack.client.putCredential({ params: { agentType: "claude" }, body });
}

let hours = 0;
/** A slot that no other case has. */
export const freshSlot = () => new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + ++hours * 3_600_000);

export const slotRunId = (taskId: string, slot: Date) => derivedId("run", slot, [taskId, slot.toISOString()]);

export const rowOf = async (stack: Stack, runId: string) =>
  (await stack.ctx.table.entities.run.get({ runId }).go({ consistent: true })).data ?? undefined;

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
  const container = (await containersOf(stack, runId)).find((each) => each.startedBy === identity);
  if (!container || container.status === "STOPPED") return;
  const runner = await persistently(() => playRunner(stack, runId, row.attempt, container.taskArn));
  await persistently(() => runner.progress());
  await persistently(() => runner.complete({ result: "done" }));
}

/**
 * Lets the minutes pass, with a sweep in each and a runner in each container, until the run has ended. Sweeps may fail
 * as a whole: the next minute's is the retry. Gives the run and the seconds it took.
 */
export async function liveOn(
  stack: Stack,
  runId: string,
  play = playContainer,
): Promise<{ seconds: number; run: Run | undefined }> {
  for (let seconds = 0; ; seconds += 60) {
    await sweep(stack.later(seconds)).catch(() => {});
    await play(stack, runId).catch(() => {});
    const row = await rowOf(stack, runId);
    if (row && isTerminal(row.status)) return { seconds, run: await stack.client.getRun({ params: { runId } }) };
    if (seconds >= limit) return { seconds, run: row && (await stack.client.getRun({ params: { runId } })) };
  }
}

/** The run has ended, in time; its counters are right, and its mail goes out once. */
export async function expectEnded(stack: Stack, runId: string, statuses: string[] = ["DONE"]): Promise<void> {
  const { seconds, run } = await liveOn(stack, runId);
  expect(statuses, `${runId} after ${seconds} s`).toContain(run?.status);
  for (const minute of [3, 6]) await sweep(stack.later(limit + minute * 60));
  expect(mailsAbout(stack, runId)).toHaveLength(1);
  const { email } = await stack.client.getRun({ params: { runId } });
  expect(email.state).toBe("sent");
  await checkInvariants(stack);
}
