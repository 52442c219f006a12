import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../core/sweep.ts";
import type { Fault, FaultKind } from "../../local/aws/faults.ts";
import { expectEnded, freshSlot, persistently, rowOf, slotRunId, storeCredential, unstruck } from "../support/life.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

/** A run's life from its schedule to its mail, with everybody trying again who does so in truth. Gives the run's id. */
async function live(): Promise<string> {
  const input = { schedule: { type: "cron", preset: "hourly" }, notificationEmail: "ann@example.com" } as const;
  const name = `life ${freshSlot().getTime()}`;
  const task = await persistently(() => stack.createTask({ name, ...input })).catch(async (error) => {
    // Made by the call whose answer was lost.
    expect(error).toMatchObject({ code: "name_taken" });
    const { items } = await unstruck(stack, () => stack.client.listTasks({ query: { name } }));
    return items[0] as (typeof items)[number];
  });
  const slot = freshSlot();
  const event = { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() };
  const runId = slotRunId(task.id, slot);
  await stack.invoke("dispatcher", event).catch(() => stack.invoke("dispatcher", event).catch(() => {}));
  await work(runId);
  await sweep(stack.ctx).catch(() => {});
  return runId;
}

/** What the first container does, if there is one. What it leaves undone, later sweeps do. */
async function work(runId: string): Promise<void> {
  const row = await rowOf(stack, runId);
  if (row?.status !== "CLAIMED") return;
  try {
    const runner = await persistently(() => playRunner(stack, runId));
    await persistently(() => runner.progress([modelCall(1)]));
    await persistently(() => runner.complete({ result: "done", calls: [modelCall(1)] }));
  } catch {
    // A runner that gets nowhere gives up, and its container stops.
    const detail = { lastStatus: "STOPPED", startedBy: `${runId}/1`, stoppedReason: "Essential container exited" };
    await stack.invoke("runner-stopped", { detail }).catch(() => {});
  }
}

type Call = Pick<Fault, "service" | "operation"> & { skip: number };

/** Every AWS call of an undisturbed life, each with how many of its kind came before. */
async function callsOfLife(): Promise<Call[]> {
  stack.aws.calls.clear();
  const runId = await live();
  const seen = new Map<string, number>();
  const calls = stack.aws.calls.list().map(({ service, operation }) => {
    const skip = seen.get(operation) ?? 0;
    seen.set(operation, skip + 1);
    return { service: service as Fault["service"], operation, skip };
  });
  await expectEnded(stack, runId);
  return calls;
}

async function expectLifeUnder(fault: Fault): Promise<void> {
  stack.aws.faults.add(fault);
  try {
    await expectEnded(stack, await live());
    const drifted = () => stack.ctx.table.entities.task.query.bySweep({ sweep: "schedule" }).go();
    expect((await unstruck(stack, drifted)).data).toEqual([]);
  } catch (error) {
    const { kind, operation, skip = 0 } = fault;
    throw new Error(`With ${kind} at ${operation} ${skip + 1}: ${(error as Error).message}`, { cause: error });
  } finally {
    stack.aws.faults.clear();
  }
}

describe("AWS strikes each call of a run's life in turn", () => {
  /** `times` is one call with the SDK's own tries; SES gets one try. `deep`: how many calls of a kind are struck. */
  const kinds: { kind: FaultKind; times: number; deep: number; only?: RegExp }[] = [
    { kind: "error500", times: 3, deep: 3 },
    // The SDK waits long before it tries a throttled call again.
    { kind: "throttle", times: 3, deep: 1, only: /RunTask|TransactWriteItems|UpdateSchedule|SendRawEmail/ },
    { kind: "cut", times: 3, deep: 1 },
    { kind: "after", times: 1, deep: 2 },
  ];
  it.each(kinds)(
    "$kind: the run ends, counters are right, one mail is sent",
    async ({ kind, times, deep, only = /./ }) => {
      const calls = await callsOfLife();
      expect(calls.length).toBeGreaterThan(25);
      for (const call of calls.filter(({ skip, operation }) => skip < deep && only.test(operation))) {
        if (call.service !== "ses") await expectLifeUnder({ ...call, kind, times });
        // SES has no client token: when an answer is lost, a second mail is better than none.
        else if (kind !== "after") await expectLifeUnder({ ...call, kind, times: 1 });
      }
    },
    180_000,
  );
});
