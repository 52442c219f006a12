import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isTerminal } from "../../contract/run.ts";
import { sweep } from "../../core/sweep.ts";
import { checkInvariants, containersOf, mailsAbout } from "../support/invariants.ts";
import { expectEnded, freshSlot, numbersOf, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

const notificationEmail = "ann@example.com";
const stoppedEvent = (runId: string, attempt: number) => ({
  detail: { lastStatus: "STOPPED", startedBy: `${runId}/${attempt}`, stoppedReason: "exited" },
});
const stateOf = async (taskId: string) =>
  (await stack.ctx.table.entities.taskState.get({ workspaceId: stack.workspaceId, taskId }).go({ consistent: true }))
    .data;
const taskRow = async (taskId: string) =>
  (await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId }).go({ consistent: true })).data;

describe("everybody at once", () => {
  it("twenty reports of one runner end its run once, with one answer for all", async () => {
    const task = await stack.createTask({ notificationEmail });
    const { id: runId } = await stack.client.runTask({ params: { taskId: task.id } });
    const runner = await playRunner(stack, runId);
    const reports = Array.from({ length: 20 }, (_, index) =>
      runner.complete({ outcome: index % 2 ? "DONE" : "FAILED", result: `report ${index}` }),
    );
    const answers = await Promise.all(reports);
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    const run = await rowOf(stack, runId);
    expect((await stateOf(task.id))?.failures).toBe(run?.status === "FAILED" ? 1 : 0);
    await expectEnded(stack, runId, { statuses: ["DONE", "FAILED"] });
  });

  it.each([1, 2, 3, 4, 5, 6])("seed %i: reports, cancels, sweeps, stopped events: one end", async (seed) => {
    const random = numbersOf(seed);
    const task = await stack.createTask({ notificationEmail, schedule: { type: "cron", preset: "hourly" } });
    const slot = freshSlot();
    const event = { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() };
    await stack.invoke("dispatcher", event);
    const runId = slotRunId(task.id, slot);
    const runner = await playRunner(stack, runId);
    const ends = new Set<string>();
    const moves = [
      () => runner.complete({ result: "done" }),
      () => runner.complete({ outcome: "FAILED" }),
      () => runner.progress(),
      () => stack.client.cancelRun({ params: { runId } }),
      () => stack.invoke("runner-stopped", stoppedEvent(runId, 1)),
      () => stack.invoke("runner-stopped", stoppedEvent(runId, 2)),
      () => sweep(stack.later(Math.floor(random() * 250))),
      () => stack.invoke("dispatcher", event),
      () => playRunner(stack, runId, 2),
    ];
    const look = async () => {
      const row = await rowOf(stack, runId);
      if (row && isTerminal(row.status)) ends.add(`${row.status} ${row.endedAt}`);
    };
    await Promise.allSettled(
      Array.from({ length: 24 }, async () => {
        const move = moves[Math.floor(random() * moves.length)] ?? look;
        await new Promise((resolve) => setImmediate(resolve));
        await Promise.allSettled([move()]);
        await look();
      }),
    );
    // A sweep that comes minutes late takes a mail over from its sender, who may be sending it.
    await expectEnded(stack, runId, { statuses: ["DONE", "FAILED", "CANCELLED", "TIMED_OUT"], mails: [1, 2] });
    await look();
    expect(ends.size).toBe(1);
    expect((await containersOf(stack, runId)).length).toBeLessThanOrEqual(3);
  });

  it("twelve runs of one task at its end together: the counters are right, and it is disabled once", async () => {
    await stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap: 50 }).go();
    const task = await stack.createTask({ overlap: "allow", schedule: { type: "cron", preset: "hourly" } });
    const ask = () => stack.client.runTask({ params: { taskId: task.id } });
    const runs = await Promise.all(Array.from({ length: 12 }, ask));
    const runners = await Promise.all(runs.map(({ id }) => playRunner(stack, id)));
    await Promise.all(runners.map((runner) => runner.complete({ outcome: "FAILED", error: { code: "AGENT_ERROR" } })));
    expect(await stateOf(task.id)).toMatchObject({ failures: 12, active: 0, running: 0 });
    expect(await taskRow(task.id)).toMatchObject({ enabled: false, scheduleVersion: 2 });
    await sweep(stack.ctx);
    expect((await taskRow(task.id))?.sweep).toBe("none");
    await checkInvariants(stack);
  });

  it("runs that wait for room are never more than the cap, whoever starts them", async () => {
    await stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap: 3 }).go();
    const task = await stack.createTask({ overlap: "allow", notificationEmail });
    const ask = () => stack.client.runTask({ params: { taskId: task.id } });
    const ids = (await Promise.all(Array.from({ length: 9 }, ask))).map(({ id }) => id);
    const left = new Set(ids);
    while (left.size > 0) {
      const { items } = await stack.client.listRuns({ query: { status: "CLAIMED" } });
      expect(items.length).toBeLessThanOrEqual(3);
      expect(items.length).toBeGreaterThan(0);
      const runners = await Promise.all(items.map(({ id, attempt }) => playRunner(stack, id, attempt)));
      await Promise.all([...runners.map((runner) => runner.complete()), sweep(stack.ctx), sweep(stack.ctx)]);
      for (const { id } of items) left.delete(id);
      await checkInvariants(stack);
    }
    await sweep(stack.later(600));
    for (const id of ids) expect(mailsAbout(stack, id)).toHaveLength(1);
  });
});
