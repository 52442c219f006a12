import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../core/sweep.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { atEveryCall, startDoomed, withDoomedRunnerApi } from "../support/doomed.ts";
import { containersOf } from "../support/invariants.ts";
import { expectEnded, mailsIf, rowOf, storeCredential } from "../support/life.ts";
import { modelCall, playRunner, runnerClient } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

async function startRun(): Promise<string> {
  const task = await stack.createTask({ notificationEmail: "ann@example.com" });
  return (await stack.client.runTask({ params: { taskId: task.id } })).id;
}
const clientWith = (token: string) => runnerClient(stack.runnerApi, token);

describe("a runner API that is killed after any of its AWS calls", () => {
  it("while a ticket is redeemed leaves it good, or used up and the run to its next attempt", async () => {
    await atEveryCall(async (death) => {
      const runId = await startRun();
      const ticket = await ticketOf(stack.ctx, runId, 1);
      const scene = await withDoomedRunnerApi(stack, ticket, death, (client) =>
        client.redeemRun({ params: { runId }, body: {} }),
      );
      const again = await clientWith(ticket)
        .redeemRun({ params: { runId }, body: {} })
        .catch((error) => error.status);
      const used = scene.calls.at(-1)?.includes("UpdateItem");
      if (used) expect(again).toBe(401);
      const row = await rowOf(stack, runId);
      expect(row?.status).toBe("PROCESSING");
      // Its runner goes without having redeemed: the container stops, and the event tells.
      const detail = { lastStatus: "STOPPED", startedBy: `${runId}/1`, stoppedReason: "Essential container exited" };
      await stack.invoke("runner-stopped", { detail });
      expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", attempt: 2 });
      await expectEnded(stack, runId);
      return scene;
    });
  }, 180_000);

  it("while it takes a heartbeat loses nothing of what was reported", async () => {
    await atEveryCall(async (death) => {
      const runId = await startRun();
      const runner = await playRunner(stack, runId);
      const report = { params: { runId }, body: { calls: [modelCall(1), modelCall(2)] } };
      const { claimToken } = runner.order;
      const scene = await withDoomedRunnerApi(stack, claimToken, death, (client) => client.progressRun(report));
      await clientWith(claimToken).progressRun(report);
      await runner.complete({ calls: [modelCall(2), modelCall(3)] });
      expect((await stack.client.getRun({ params: { runId } })).usage).toMatchObject({
        modelCalls: 3,
        inputTokens: 3000,
      });
      await expectEnded(stack, runId);
      return scene;
    });
  }, 180_000);

  it("while a run completes ends it once: the runner's second report is answered with what the first did", async () => {
    const calls = await atEveryCall(async (death) => {
      const runId = await startRun();
      const { order } = await playRunner(stack, runId);
      const waiting = await stack.client.runTask({ params: { taskId: order.run.taskId } });
      expect(waiting.status).toBe("PENDING");
      const report = { params: { runId }, body: { outcome: "DONE" as const, result: "done", calls: [modelCall(1)] } };
      const scene = await withDoomedRunnerApi(stack, order.claimToken, death, (client) => client.completeRun(report));
      expect(await clientWith(order.claimToken).completeRun(report)).toEqual({ status: "DONE" });
      await expectEnded(stack, [runId, waiting.id], { mails: mailsIf(scene.calls) });
      const run = await stack.client.getRun({ params: { runId } });
      expect(run).toMatchObject({ result: "done", usage: { modelCalls: 1 }, attempt: 1 });
      return scene;
    });
    // The end is one write; what follows it is the stream's.
    expect(calls.filter((call) => /TransactWriteItems|RunTask|POST \/$/.test(call))).toEqual(["TransactWriteItems"]);
  }, 180_000);
});

describe("the function that hears of stopped containers, killed after any of its AWS calls", () => {
  it("leaves a run that goes on with its next attempt, also when the event does not come again", async () => {
    await atEveryCall(async (death) => {
      const runId = await startRun();
      await playRunner(stack, runId);
      const event = { detail: { lastStatus: "STOPPED", startedBy: `${runId}/1`, stoppedReason: "exited" } };
      const doomed = await startDoomed(stack, "runner-stopped", death);
      await doomed.invoke(event).catch(() => expect(doomed.died()).toBe(true));
      await doomed.end();
      if (death.at % 2 === 0) await stack.invoke("runner-stopped", event);
      await expectEnded(stack, runId);
      expect((await rowOf(stack, runId))?.attempt).toBeGreaterThanOrEqual(2);
      return { died: doomed.died(), calls: doomed.calls() };
    });
  }, 180_000);
});

describe("a sweep that is killed after every other of its AWS calls", () => {
  it("is made good by the next", async () => {
    const calls = await atEveryCall(async (death) => {
      // One that lost its container, one whose mail waits, one that waits for room, and a schedule that drifted.
      stack.aws.faults.add({ service: "ses", operation: "SendRawEmail", kind: "throttle" });
      const mailWaits = await startRun();
      await (await playRunner(stack, mailWaits)).complete();
      const lost = await startRun();
      const { order } = await playRunner(stack, lost);
      const waits = (await stack.client.runTask({ params: { taskId: order.run.taskId } })).id;
      const drifted = { workspaceId: stack.workspaceId, taskId: order.run.taskId };
      await stack.ctx.table.entities.task.patch(drifted).set({ sweep: "schedule" }).go();
      const longAgo = new Date(Date.now() - 200_000).toISOString();
      await stack.ctx.table.entities.run.patch({ runId: lost }).set({ leaseUntil: longAgo, heartbeatAt: longAgo }).go();
      await stack.ctx.table.entities.run.patch({ runId: mailWaits }).set({ emailRetryAt: longAgo }).go();
      const doomed = await startDoomed(stack, "sweeper", death);
      await doomed.invoke({}).catch(() => expect(doomed.died()).toBe(true));
      await doomed.end();
      await sweep(stack.ctx);
      await expectEnded(stack, [mailWaits, lost, waits], { mails: mailsIf(doomed.calls()) });
      expect((await containersOf(stack, lost)).length).toBeLessThanOrEqual(3);
      const { data } = await stack.ctx.table.entities.task.query.bySweep({ sweep: "schedule" }).go({ pages: "all" });
      expect(data).toEqual([]);
      return { died: doomed.died(), calls: doomed.calls() };
    }, 2);
    // The last look of a sweep: this one was killed at each of its calls up to its end.
    expect(calls).toContain("ListTasks");
  }, 180_000);
});
