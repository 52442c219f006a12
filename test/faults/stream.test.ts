import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkInvariants } from "../support/invariants.ts";
import { storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, type StackOptions, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: Stack;
let between: NonNullable<StackOptions["betweenStream"]>;

beforeAll(async () => {
  stack = await startStack({ runningCap: 1, betweenStream: (event, invoke) => between(event, invoke) });
  await storeCredential(stack);
});
afterAll(() => stack.close());

/** A task for which one run at a time may go, and a run of it for each of these: the first goes, the others wait. */
async function queue(count: number): Promise<string[]> {
  const task = await stack.createTask({ overlap: "allow" });
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await stack.client.runTask({ params: { taskId: task.id } })).id);
  return ids;
}

/** Does the work of every run that starts, until all of them have ended. */
async function workOff(ids: string[]): Promise<void> {
  const left = new Set(ids);
  while (left.size > 0) {
    const started = await until(async () => {
      for (const id of left) {
        const run = await stack.client.getRun({ params: { runId: id } });
        if (run.status === "CLAIMED") return id;
      }
      return undefined;
    });
    const runner = await playRunner(stack, started);
    await runner.complete();
    left.delete(started);
  }
}

it("changes nothing when the stream comes twice, late, and out of order across shards", async () => {
  const held: DynamoDBStreamEvent[] = [];
  between = async (event, invoke) => {
    // A shard keeps the order of one item's records; between items there is none.
    const late = held.splice(0);
    held.push(event);
    for (const record of event.Records.toReversed()) await invoke({ Records: [record, record] });
    for (const old of late) await invoke(old);
  };
  const ids = await queue(4);
  await workOff(ids);
  await until(() => held.length > 0);
  await checkInvariants(stack);
  const runs = await Promise.all(ids.map((runId) => stack.client.getRun({ params: { runId } })));
  expect(runs.map(({ status, attempt }) => ({ status, attempt }))).toEqual(
    ids.map(() => ({ status: "DONE", attempt: 1 })),
  );
});

it("goes on when the function fails, as soon as it works again", async () => {
  let failures = 2;
  between = async (event, invoke) => {
    if (failures-- > 0) throw new Error("The function could not be called.");
    return invoke(event);
  };
  await workOff(await queue(2));
  await until(() => failures < 0);
  await checkInvariants(stack);
});
