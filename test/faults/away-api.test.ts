import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type Lease, redeem } from "../../containers/runner/lease.ts";
import type { ModelCall } from "../../contract/work-order.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { checkInvariants, containersOf } from "../support/invariants.ts";
import { rowOf, storeCredential } from "../support/life.ts";
import { modelCall } from "../support/model-call.ts";
import { type Proxy as Gate, startProxy } from "../support/proxy.ts";
import { runnerApiAt } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: Stack;
let gate: Gate;
let isAway = false;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing", runningCap: 1000 });
  await storeCredential(stack);
  const tooMany = { kind: "answer", status: 429, body: { message: "Too Many Requests" } } as const;
  gate = await startProxy(stack.runnerApi.url, (number) =>
    isAway ? (number % 2 ? tooMany : { kind: "hang-up" }) : undefined,
  );
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await gate.close();
  await stack.close();
});

/** Time that passes when it is told to, for the functions and the runners alike. */
function startTime() {
  vi.useFakeTimers({ toFake: ["Date"] });
  const start = Date.now();
  let waiting: { at: number; resolve: () => void }[] = [];
  let working = 0;
  /** Who works does nothing but wait. */
  const settled = () => until(() => waiting.length === working);
  return {
    seconds: () => Math.round((Date.now() - start) / 1000),
    wait: (ms: number) => new Promise<void>((resolve) => waiting.push({ at: Date.now() + ms, resolve })),
    work<T>(work: Promise<T>): Promise<T> {
      working += 1;
      return work.finally(() => {
        working -= 1;
      });
    },
    async pass(seconds: number) {
      const end = start + seconds * 1000;
      for (;;) {
        await settled();
        const next = Math.min(...waiting.map(({ at }) => at));
        if (next > end) break;
        vi.setSystemTime(next);
        const due = waiting.filter(({ at }) => at <= next);
        waiting = waiting.filter(({ at }) => at > next);
        for (const { resolve } of due) resolve();
      }
      vi.setSystemTime(end);
    },
  };
}

/** Some at a time: this machine is less than a cloud. */
async function each<T, R>(items: T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const left = items.entries();
  const take = async () => {
    for (const [index, item] of left) done[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: 8 }, take));
  return done;
}

const never = () => Number.POSITIVE_INFINITY;
const aCall = (): Omit<ModelCall, "seq"> => {
  const { seq: _, ...call } = modelCall(1);
  return call;
};

it("two hundred runs outlive an API that answers 429, or nothing, for five minutes", async () => {
  const tasks = await Promise.all(Array.from({ length: 4 }, () => stack.createTask({ overlap: "allow" })));
  const asked = await each(Array.from({ length: 200 }), (_, n) =>
    stack.client.runTask({ params: { taskId: tasks[n % tasks.length]?.id ?? "" } }),
  );
  const runIds = asked.map(({ id }) => id);
  const time = startTime();
  const api = runnerApiAt({ url: gate.url, keys: stack.runnerApi.keys });
  const start = async (runId: string): Promise<Lease> => {
    const ticket = await ticketOf(stack.ctx, runId, 1);
    const giveUp = new AbortController().signal;
    const clock = () => Date.now();
    return redeem({ api, runId, ticket, taskArn: undefined, clock, wait: time.wait, giveUp });
  };
  const leases = await each(runIds.slice(10), start);
  const [finishing, going] = [leases.slice(0, 20), leases.slice(20)];
  const beat = () => each(going, (lease) => lease.beat("working"));
  await time.pass(30);
  expect((await beat()).every((answer) => answer?.stop === null)).toBe(true);

  isAway = true;
  const starting = runIds.slice(0, 10).map((runId) => time.work(start(runId)));
  for (const lease of leases) lease.addCall(aCall());
  const reports = finishing.map((lease) => time.work(lease.complete({ outcome: "DONE", result: "done" }, never)));
  for (const minute of [1, 2, 3, 4, 5]) {
    await time.pass(30 + minute * 60);
    expect((await beat()).every((answer) => answer === undefined)).toBe(true);
    await stack.invoke("sweeper", {});
  }
  isAway = false;

  await time.pass(360);
  expect(await Promise.all(reports)).toEqual(finishing.map(() => true));
  const started = await Promise.all(starting);
  for (const lease of started) lease.addCall(aCall());
  for (const minute of [6, 7, 8, 9]) {
    expect((await beat()).every((answer) => answer?.stop === null)).toBe(true);
    await stack.invoke("sweeper", {});
    await time.pass(30 + minute * 60);
  }
  const ends = await each([...started, ...going], (lease) =>
    time.work(lease.complete({ outcome: "DONE", result: "done" }, never)),
  );
  expect(ends.every(Boolean)).toBe(true);
  await stack.drainStream();

  for (const runId of runIds) {
    expect(await rowOf(stack, runId)).toMatchObject({ status: "DONE", attempt: 1, usage: { modelCalls: 1 } });
  }
  for (const { id } of tasks) {
    expect(await stack.client.getTask({ params: { taskId: id } })).toMatchObject({
      enabled: true,
      consecutiveFailures: 0,
    });
  }
  expect(await containersOf(stack)).toHaveLength(runIds.length);
  await checkInvariants(stack);
}, 400_000);
