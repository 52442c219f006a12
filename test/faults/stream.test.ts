import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, it } from "vitest";
import { taskLimits } from "../../contract/task-limits.ts";
import { fillHistory, runsSpent } from "../support/history.ts";
import { checkInvariants, containersOf, mailsAbout } from "../support/invariants.ts";
import { rowOf, storeCredential } from "../support/life.ts";
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

/** A task with a full history, and runs of it: the first goes, the others wait for room. */
async function queue(count: number): Promise<{ taskId: string; ids: string[] }> {
  const task = await stack.createTask({ overlap: "allow", notificationEmail: "ann@example.com" });
  await fillHistory(stack, task.id);
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await stack.client.runTask({ params: { taskId: task.id } })).id);
  return { taskId: task.id, ids };
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
  const { taskId, ids } = await queue(4);
  await workOff(ids);
  await until(() => held.length > 0);
  for (const old of held.splice(0)) await stack.invoke("follow-up", old);
  await checkInvariants(stack);
  for (const runId of ids) {
    const run = await until(async () => {
      const row = await rowOf(stack, runId);
      return row?.emailState === "sent" && row;
    });
    expect(run).toMatchObject({ status: "DONE", attempt: 1 });
    expect(mailsAbout(stack, runId)).toHaveLength(1);
    expect(await containersOf(stack, runId)).toHaveLength(1);
  }
  expect(await runsSpent(stack, taskId)).toBe(ids.length);
  const { data } = await stack.ctx.table.entities.taskState.get({ workspaceId: stack.workspaceId, taskId }).go();
  expect(data?.runCount).toBe(taskLimits.runsKept);
});

it("goes on when the function fails, as soon as it works again", async () => {
  let failures = 2;
  between = async (event, invoke) => {
    if (failures-- > 0) throw new Error("The function could not be called.");
    return invoke(event);
  };
  await workOff((await queue(2)).ids);
  await until(() => failures < 0);
  await checkInvariants(stack);
});
