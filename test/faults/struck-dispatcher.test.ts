import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../core/sweep.ts";
import { startStruck, withStruckRunnerApi } from "../support/doomed.ts";
import { checkInvariants, containersOf } from "../support/invariants.ts";
import { expectEnded, freshSlot, liveOn, rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { cancelled, type Strike } from "../support/proxy.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  await storeCredential(stack);
});
afterAll(() => stack.close());

async function anEvent() {
  const schedule = { type: "cron", preset: "hourly" } as const;
  const task = await stack.createTask({ schedule, notificationEmail: "ann@example.com" });
  const slot = freshSlot();
  const event = { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() };
  return { event, taskId: task.id, runId: slotRunId(task.id, slot) };
}

const shapes = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

describe("a transaction that collides or is throttled", () => {
  it.each(shapes)("with %s once is tried again", async (code) => {
    const { event, runId } = await anEvent();
    let [reads, writes] = [0, 0];
    const dispatcher = await startStruck(stack, "dispatcher", (_number, operation) => {
      if (operation === "TransactGetItems" && ++reads === 1) return cancelled(code, "None", "None");
      if (operation === "TransactWriteItems" && ++writes === 1) return cancelled("None", "None", code);
      return undefined;
    });
    await dispatcher.invoke(event);
    await dispatcher.end();
    // Of a claim that meets another transaction the run is put, and the stream brings it on.
    await stack.drainStream();
    expect(await rowOf(stack, runId)).toMatchObject({ status: "CLAIMED", attempt: 1 });
    await expectEnded(stack, runId);
  });

  it("for longer is a fault: the slot is neither dropped nor skipped, and comes again", async () => {
    const { event, runId, taskId } = await anEvent();
    for (const struck of ["TransactGetItems", "TransactWriteItems"]) {
      const dispatcher = await startStruck(stack, "dispatcher", (_number, operation) =>
        operation === struck ? cancelled("ThrottlingError", "None", "None") : undefined,
      );
      await expect(dispatcher.invoke(event)).rejects.toThrow(/cancelled/i);
      await dispatcher.end();
    }
    expect((await stack.client.listTaskRuns({ params: { taskId } })).items).toEqual([]);
    await stack.invoke("dispatcher", event);
    await expectEnded(stack, runId);
  });

  it("does not cancel a run that waits, nor lose a result", async () => {
    const { event, runId, taskId } = await anEvent();
    await stack.invoke("dispatcher", event);
    const { id: waiting } = await stack.client.runTask({ params: { taskId } });
    const sweeper = await startStruck(stack, "sweeper", (_number, operation) =>
      operation === "TransactGetItems" ? cancelled("TransactionConflict", "None", "None") : undefined,
    );
    await sweeper.invoke({});
    await sweeper.end();
    expect((await rowOf(stack, waiting))?.status).toBe("PENDING");

    const { order, complete } = await playRunner(stack, runId);
    const conflict = (_number: number, operation: string) =>
      operation === "TransactWriteItems" ? cancelled("TransactionConflict", "None", "None") : undefined;
    const body = { outcome: "DONE" as const, result: "kept", calls: [modelCall(1)] };
    const report = { params: { runId }, body };
    await withStruckRunnerApi(stack, order.claimToken, conflict, async (client) => {
      await expect(client.completeRun(report)).rejects.toMatchObject({ status: 500 });
    });
    expect((await rowOf(stack, runId))?.status).toBe("PROCESSING");
    await complete(report.body);
    expect((await stack.client.getRun({ params: { runId } })).result).toBe("kept");
    await expectEnded(stack, [runId, waiting]);
  });
});

describe("a workspace that is full when a slot is claimed, and the task busy a moment later", () => {
  it("keeps the slot as skipped", async () => {
    const { event, runId, taskId } = await anEvent();
    await stack.invoke("dispatcher", event);
    let writes = 0;
    const dispatcher = await startStruck(stack, "dispatcher", (_number, operation) =>
      operation === "TransactWriteItems" && ++writes === 1
        ? cancelled("None", "ConditionalCheckFailed", "None")
        : undefined,
    );
    const slot = freshSlot();
    await dispatcher.invoke({ ...event, slot: slot.toISOString() });
    await dispatcher.end();
    expect(await rowOf(stack, slotRunId(taskId, slot))).toMatchObject({
      status: "CANCELLED",
      errorCode: "OVERLAP_SKIPPED",
    });
    await expectEnded(stack, runId);
  });
});

describe("a call that hangs, with its work done or not", () => {
  it("leaves a dispatcher's run to end once", async () => {
    const cases = [2, 3, 4].flatMap((at) => (["before", "after"] as const).map((when) => ({ at, when })));
    const runIds = await Promise.all(
      cases.map(async ({ at, when }) => {
        const { event, runId } = await anEvent();
        const dispatcher = await startStruck(stack, "dispatcher", (number) =>
          number === at ? { kind: "silence", when } : undefined,
        );
        await dispatcher.invoke(event);
        await dispatcher.end();
        return runId;
      }),
    );
    for (const runId of runIds) expect(await containersOf(stack, runId)).toHaveLength(1);
    await expectEnded(stack, runIds);
  }, 180_000);

  it("leaves a ticket and a report as good as they were", async () => {
    const strike = (operation: string, when: "before" | "after") => {
      let left = 1;
      return (_number: number, called: string): Strike | undefined =>
        called === operation && left-- > 0 ? { kind: "silence", when } : undefined;
    };
    const runIds = await Promise.all(
      (["before", "after"] as const).map(async (when) => {
        const { event, runId } = await anEvent();
        await stack.invoke("dispatcher", event);
        const { order } = await playRunner(stack, runId);
        const report = { params: { runId }, body: { outcome: "DONE" as const, calls: [modelCall(1)] } };
        await withStruckRunnerApi(stack, order.claimToken, strike("TransactWriteItems", when), async (client) => {
          expect(await client.completeRun(report)).toEqual({ status: "DONE" });
        });
        return runId;
      }),
    );
    await expectEnded(stack, runIds);
  }, 180_000);
});

describe("RunTask", () => {
  it.each(["throttle-as-parameter", "no-capacity", "error500"] as const)(
    "that answers %s for a while is tried again with the next attempt",
    async (kind) => {
      const { event, runId } = await anEvent();
      stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind, times: 3 });
      await stack.invoke("dispatcher", event);
      stack.aws.faults.clear();
      await expectEnded(stack, runId);
    },
  );

  it.each(["throttle", "throttle-as-parameter", "no-capacity"] as const)(
    "that answers %s keeps the run waiting with its attempt, and ends it as NOT_STARTED when its time to start is over",
    async (kind) => {
      const { event, runId } = await anEvent();
      stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind, times: 1000 });
      await stack.invoke("dispatcher", event);
      for (let minute = 0; minute <= 60; minute += 10) {
        await sweep(stack.later(minute * 60));
        // What the stream brings goes by the real clock: it is done before the next sweep.
        await stack.drainStream();
      }
      expect(await rowOf(stack, runId)).toMatchObject({ status: "PENDING", attempt: 1 });
      await sweep(stack.later(6 * 3600 + 1));
      stack.aws.faults.clear();
      expect(await rowOf(stack, runId)).toMatchObject({ status: "FAILED", errorCode: "NOT_STARTED", attempt: 1 });
      expect(await containersOf(stack, runId)).toEqual([]);
      // A sweep that is hours ahead takes a mail over from its sender, who may be sending it.
      await expectEnded(stack, runId, { statuses: ["FAILED"], mails: [1, 2] });
    },
  );

  it("that fails for ever ends the run as LAUNCH_FAILED after three attempts", async () => {
    const { event, runId } = await anEvent();
    stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind: "error500", times: 1000 });
    await stack.invoke("dispatcher", event);
    expect(await liveOn(stack, [runId])).toBeLessThanOrEqual(600);
    stack.aws.faults.clear();
    expect(await rowOf(stack, runId)).toMatchObject({ status: "FAILED", errorCode: "LAUNCH_FAILED", attempt: 3 });
    expect(await containersOf(stack, runId)).toEqual([]);
    await expectEnded(stack, runId, { statuses: ["FAILED"] });
  });

  it("that is refused for good fails the run at once, with what ECS said", async () => {
    const { event, runId } = await anEvent();
    const dispatcher = await startStruck(stack, "dispatcher", (_number, operation) =>
      operation === "RunTask"
        ? { kind: "answer", status: 400, body: { __type: "ClientException", message: "TaskDefinition is inactive" } }
        : undefined,
    );
    await dispatcher.invoke(event);
    await dispatcher.end();
    const run = await stack.client.getRun({ params: { runId } });
    expect(run).toMatchObject({ status: "FAILED", error: { code: "LAUNCH_FAILED" } });
    expect(run.error?.message).toContain("TaskDefinition is inactive");
    await sweep(stack.ctx);
    await checkInvariants(stack);
  });
});
