import { ECSClient, StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recover } from "../../core/run/recover.ts";
import { sweep } from "../../core/sweep.ts";
import { checkInvariants, containersOf, mailsAbout } from "../support/invariants.ts";
import { expectEnded, liveOn, rowOf, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

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
const get = (runId: string) => stack.client.getRun({ params: { runId } });
const stopped = (runId: string, attempt: number) =>
  stack.invoke("runner-stopped", {
    detail: { lastStatus: "STOPPED", startedBy: `${runId}/${attempt}`, stoppedReason: "Essential container exited" },
  });
const nobody = async () => {};

describe("a container", () => {
  it("that never reports is replaced, and given up inside ten minutes", async () => {
    const runId = await startRun();
    const seconds = await liveOn(stack, [runId], nobody);
    expect(seconds).toBeLessThanOrEqual(600);
    expect(await get(runId)).toMatchObject({ status: "FAILED", error: { code: "LAUNCH_FAILED" } });
    const row = await rowOf(stack, runId);
    await expect(playRunner(stack, runId, row?.attempt)).rejects.toMatchObject({ status: 401 });
    await expectEnded(stack, runId, { statuses: ["FAILED"] });
  });

  it("that stops before it reports is replaced at once; three times is LAUNCH_FAILED", async () => {
    const runId = await startRun();
    for (const attempt of [1, 2, 3]) {
      expect(await get(runId)).toMatchObject({ status: "CLAIMED", attempt });
      await stopped(runId, attempt);
    }
    expect(await get(runId)).toMatchObject({ status: "FAILED", error: { code: "LAUNCH_FAILED" }, attempt: 3 });
    await expectEnded(stack, runId, { statuses: ["FAILED"] });
  });

  it("that is lost after it reported is replaced; three times is RUNNER_LOST", async () => {
    const runId = await startRun();
    for (const attempt of [1, 2, 3]) {
      await playRunner(stack, runId, attempt);
      await stopped(runId, attempt);
    }
    expect(await get(runId)).toMatchObject({ status: "TIMED_OUT", error: { code: "RUNNER_LOST" }, attempt: 3 });
    await expectEnded(stack, runId, { statuses: ["TIMED_OUT"] });
  });

  it("whose stopped event comes twice, or late, changes nothing more", async () => {
    const runId = await startRun();
    const first = await playRunner(stack, runId);
    await Promise.all([stopped(runId, 1), stopped(runId, 1), stopped(runId, 1)]);
    const second = await playRunner(stack, runId, 2);
    await stopped(runId, 1);
    expect(await get(runId)).toMatchObject({ status: "PROCESSING", attempt: 2 });
    await expect(first.progress()).rejects.toMatchObject({ status: 401 });
    await expect(first.complete({ outcome: "FAILED" })).rejects.toMatchObject({ status: 401 });
    await second.complete({ result: "second" });
    await stopped(runId, 2);
    await expect(first.complete({ result: "first" })).rejects.toMatchObject({ status: 401 });
    expect(await get(runId)).toMatchObject({ status: "DONE", result: "second", attempt: 2 });
    await expectEnded(stack, runId);
  });

  it("that goes silent loses its run when ECS says that it is gone", async () => {
    const runId = await startRun();
    const [container] = await containersOf(stack, runId);
    await playRunner(stack, runId, 1, container?.taskArn);
    await sweep(stack.later(160));
    expect(await get(runId)).toMatchObject({ status: "PROCESSING", attempt: 1 });
    stack.aws.faults.add({ service: "ecs", operation: "DescribeTasks", kind: "error500", times: 3 });
    await sweep(stack.later(161));
    expect(await get(runId)).toMatchObject({ status: "PROCESSING", attempt: 1 });
    stack.aws.faults.clear();
    // The event that tells is lost as well.
    const row = await rowOf(stack, runId);
    await stack.ctx.table.entities.run
      .patch({ runId })
      .set({ taskArn: `${row?.taskArn}0` })
      .go();
    await sweep(stack.later(162));
    expect(await get(runId)).toMatchObject({ status: "CLAIMED", attempt: 2 });
    await expectEnded(stack, runId);
  });

  it("that is silent for a lease loses its run: its token is void, it is stopped, the next attempt completes", async () => {
    const runId = await startRun();
    const [container] = await containersOf(stack, runId);
    const silent = await playRunner(stack, runId, 1, container?.taskArn);
    await sweep(stack.later(185));
    expect(await get(runId)).toMatchObject({ status: "CLAIMED", attempt: 2 });
    const before = await rowOf(stack, runId);
    await expect(silent.progress()).rejects.toMatchObject({ status: 401 });
    await expect(silent.complete({ result: "late" })).rejects.toMatchObject({ status: 401 });
    expect(await rowOf(stack, runId)).toEqual(before);
    await until(async () => (await containersOf(stack, `${runId}/1`))[0]?.status === "STOPPED");
    await (await playRunner(stack, runId, 2)).complete({ result: "second" });
    await expectEnded(stack, runId);
    expect(await get(runId)).toMatchObject({ result: "second" });
  });

  it("that is silent three times ends its run as LEASE_EXPIRED", async () => {
    const runId = await startRun();
    for (const attempt of [1, 2, 3]) {
      await playRunner(stack, runId, attempt);
      await sweep(stack.later(185));
    }
    expect(await get(runId)).toMatchObject({ status: "TIMED_OUT", error: { code: "LEASE_EXPIRED" } });
    await expectEnded(stack, runId, { statuses: ["TIMED_OUT"] });
  });

  it("that reports between the sweep's list and its turn keeps its run", async () => {
    const runId = await startRun();
    const runner = await playRunner(stack, runId);
    const listed = await rowOf(stack, runId);
    await runner.progress();
    if (!listed) throw new Error("The run is not there.");
    const past = new Date(Date.now() - 1000).toISOString();
    await recover(stack.ctx, { ...listed, leaseUntil: past });
    expect(await get(runId)).toMatchObject({ status: "PROCESSING", attempt: 1 });
    await runner.complete();
    await expectEnded(stack, runId);
  });

  it("that outlives its run is stopped by the sweep, each by itself", async () => {
    const runIds = await Promise.all([startRun(), startRun()]);
    for (const runId of runIds) await (await playRunner(stack, runId)).complete();
    stack.aws.faults.add({ service: "ecs", operation: "StopTask", kind: "error500", times: 3 });
    await sweep(stack.later(130));
    stack.aws.faults.clear();
    await sweep(stack.later(190));
    for (const runId of runIds)
      await until(async () => (await containersOf(stack, runId)).every(({ status }) => status === "STOPPED"));
    await expectEnded(stack, runIds);
  });

  it("that has ended by itself is told by ECS, and the run goes on without a sweep", async () => {
    const runId = await startRun();
    const [container] = await containersOf(stack, runId);
    await playRunner(stack, runId, 1, container?.taskArn);
    const ecs = new ECSClient({ endpoint: stack.aws.url });
    await ecs.send(new StopTaskCommand({ cluster: stack.ctx.config.cluster, task: container?.taskArn }));
    await until(async () => (await get(runId)).attempt === 2 && (await get(runId)).status === "CLAIMED");
    await expectEnded(stack, runId);
  });
});

describe("a cancel", () => {
  const cancel = (runId: string) => stack.client.cancelRun({ params: { runId } });

  it("of a run that waits ends it at once", async () => {
    const first = await startRun();
    const { taskId } = await get(first);
    const { id } = await stack.client.runTask({ params: { taskId } });
    expect(await cancel(id)).toMatchObject({ status: "CANCELLED" });
    await (await playRunner(stack, first)).complete();
    expect(await get(id)).toMatchObject({ status: "CANCELLED", startedAt: null });
    await expectEnded(stack, [id], { statuses: ["CANCELLED"] });
  });

  it("of a run that starts ends it at once, and voids its ticket", async () => {
    const runId = await startRun();
    expect(await cancel(runId)).toMatchObject({ status: "CANCELLED" });
    await expect(playRunner(stack, runId)).rejects.toMatchObject({ status: 401 });
    await expect(cancel(runId)).rejects.toMatchObject({ status: 409 });
    await expectEnded(stack, runId, { statuses: ["CANCELLED"] });
  });

  /** A runner whose container ECS cannot tell, so that nothing but the runner itself can stop. */
  async function playUnknown(runId: string) {
    stack.aws.faults.add({ service: "ecs", operation: "ListTasks", kind: "error500", times: 3 });
    const runner = await playRunner(stack, runId);
    stack.aws.faults.clear();
    return runner;
  }

  it("of a run that works is told with the next heartbeat, and confirmed by the runner", async () => {
    const runId = await startRun();
    const runner = await playUnknown(runId);
    expect(await cancel(runId)).toMatchObject({ status: "PROCESSING" });
    expect(await runner.progress()).toMatchObject({ stop: "CANCELLED" });
    await runner.complete({ outcome: "CANCELLED", turns: 3 });
    expect(await get(runId)).toMatchObject({ status: "CANCELLED", turns: 3 });
    await expectEnded(stack, runId, { statuses: ["CANCELLED"] });
  });

  it("that nobody confirms is confirmed by the sweep; the container that then stops is not replaced", async () => {
    const runId = await startRun();
    await playUnknown(runId);
    await cancel(runId);
    await sweep(stack.later(50));
    expect(await get(runId)).toMatchObject({ status: "PROCESSING" });
    await sweep(stack.later(65));
    await stopped(runId, 1);
    expect(await get(runId)).toMatchObject({ status: "CANCELLED", attempt: 1 });
    await expectEnded(stack, runId, { statuses: ["CANCELLED"] });
  });

  it("of a run whose container is then lost ends it as cancelled", async () => {
    const runId = await startRun();
    await playRunner(stack, runId);
    await cancel(runId);
    await stopped(runId, 1);
    expect(await get(runId)).toMatchObject({ status: "CANCELLED", attempt: 1 });
    await expectEnded(stack, runId, { statuses: ["CANCELLED"] });
  });
});

describe("a deadline", () => {
  it("that has passed is told with the heartbeat, then enforced by the sweep", async () => {
    const task = await stack.createTask({ timeoutMinutes: 1, notificationEmail: "ann@example.com" });
    const { id: runId } = await stack.client.runTask({ params: { taskId: task.id } });
    const runner = await playRunner(stack, runId);
    await stack.ctx.table.entities.run.patch({ runId }).set({ deadlineAt: new Date().toISOString() }).go();
    expect(await runner.progress()).toMatchObject({ stop: "DEADLINE_EXCEEDED" });
    await sweep(stack.later(50));
    expect(await get(runId)).toMatchObject({ status: "PROCESSING" });
    await sweep(stack.later(65));
    expect(await get(runId)).toMatchObject({ status: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" } });
    await runner.complete({ outcome: "DONE" });
    expect(await get(runId)).toMatchObject({ status: "TIMED_OUT" });
    await expectEnded(stack, runId, { statuses: ["TIMED_OUT"] });
  });
});

describe("SES away", () => {
  it("shows on the run; the mail goes out later, once", async () => {
    const runId = await startRun();
    stack.aws.faults.add({ service: "ses", operation: "SendRawEmail", kind: "error500", times: 1000 });
    await (await playRunner(stack, runId)).complete({ result: "news" });
    expect(await get(runId)).toMatchObject({ status: "DONE", email: { state: "pending", error: /./ } });
    for (const minute of [1, 2, 3, 4, 5]) await sweep(stack.later(minute * 60));
    expect((await get(runId)).email).toMatchObject({ state: "pending", sentAt: null, to: "ann@example.com" });
    expect(mailsAbout(stack, runId)).toEqual([]);
    stack.aws.faults.clear();
    await Promise.all([1, 2, 3].map(() => sweep(stack.later(3600))));
    await sweep(stack.later(7200));
    expect((await get(runId)).email).toMatchObject({ state: "sent", error: null });
    expect(mailsAbout(stack, runId)).toHaveLength(1);
    await checkInvariants(stack);
  });

  it("is not asked again when only the note that it took the mail met a fault", async () => {
    const runId = await startRun();
    const runner = await playRunner(stack, runId);
    stack.aws.faults.add({ service: "dynamodb", operation: "UpdateItem", kind: "error500", skip: 1, times: 3 });
    await runner.complete();
    stack.aws.faults.clear();
    expect((await get(runId)).email.state).toBe("sent");
    await expectEnded(stack, runId);
  });

  it("for more than a day is given up, and the run says why", async () => {
    const runId = await startRun();
    stack.aws.faults.add({ service: "ses", operation: "SendRawEmail", kind: "throttle", times: 1000 });
    await (await playRunner(stack, runId)).complete();
    for (let hour = 1; hour < 60; hour += 5) await sweep(stack.later(hour * 3600));
    stack.aws.faults.clear();
    await sweep(stack.later(100 * 3600));
    const { email } = await get(runId);
    expect(email).toMatchObject({ state: "failed", sentAt: null });
    expect(email.error).toContain("Rate exceeded");
    expect(mailsAbout(stack, runId)).toEqual([]);
  });
});
