import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, it } from "vitest";
import { taskLimits } from "../../contract/task-limits.ts";
import { sweep } from "../../core/sweep.ts";
import { atEveryCall, startDoomed } from "../support/doomed.ts";
import { fillHistory, runsSpent } from "../support/history.ts";
import { checkInvariants, containersOf, mailsAbout } from "../support/invariants.ts";
import { mailsIf, rowOf, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
/** What the stream brings, while it is held back. */
let held: DynamoDBStreamEvent[] | undefined;
beforeAll(async () => {
  stack = await startStack({
    byItself: "nothing",
    runningCap: 1,
    betweenStream: async (event, invoke) => (held ? held.push(event) : invoke(event)),
  });
  await storeCredential(stack);
});
afterAll(() => stack.close());

const start = async (taskId: string) => (await stack.client.runTask({ params: { taskId } })).id;

it("a follow-up that is killed after any of its AWS calls is made good when its event comes again", async () => {
  const calls = await atEveryCall(async (death) => {
    const task = await stack.createTask({ notificationEmail: "ann@example.com" });
    const oldest = await fillHistory(stack, task.id);
    const ended = await start(task.id);
    const waiting = await start((await stack.createTask()).id);
    await stack.drainStream();
    held = [];
    await (await playRunner(stack, ended)).complete({ result: "done" });
    await stack.drainStream();
    const [event] = held;
    held = undefined;

    const doomed = await startDoomed(stack, "follow-up", death);
    await doomed.invoke(event).catch(() => expect(doomed.died()).toBe(true));
    await doomed.end();
    for (let times = 0; times < 2; times++) await stack.invoke("follow-up", event);
    await stack.drainStream();
    expect(await rowOf(stack, waiting)).toMatchObject({ status: "CLAIMED", attempt: 1 });
    // A sender's lease is two minutes, and so is the time in which a claimed run's container reports: after that the sweep
    // sends what is not noted as sent, and launches what was not launched.
    await sweep(stack.later(180));

    expect(mailsIf(doomed.calls())).toContain(mailsAbout(stack, ended).length);
    expect(await rowOf(stack, ended)).toMatchObject({ status: "DONE", emailState: "sent", sweep: "none" });
    expect(await runsSpent(stack, task.id)).toBe(1);
    const state = await stack.ctx.table.entities.taskState
      .get({ workspaceId: stack.workspaceId, taskId: task.id })
      .go();
    expect(state.data?.runCount).toBe(taskLimits.runsKept);
    expect(await rowOf(stack, oldest)).toBeUndefined();
    expect(await containersOf(stack, waiting)).toHaveLength(1);
    await checkInvariants(stack);
    await (await playRunner(stack, waiting, (await rowOf(stack, waiting))?.attempt)).complete();
    await stack.drainStream();
    return { died: doomed.died(), calls: doomed.calls() };
  });
  // It was killed at each step: the mail, the history, the next run.
  expect(calls).toEqual(expect.arrayContaining(["POST /", "TransactWriteItems", "RunTask"]));
}, 240_000);
