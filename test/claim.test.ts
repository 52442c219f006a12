import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { derivedId } from "../core/id.ts";
import { ensureWorkspace } from "../core/workspace/workspace.ts";
import { playRunner } from "./support/runner.ts";
import { canary, type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
});
afterAll(() => stack.close());

const running = async () => {
  const { data } = await stack.ctx.table.entities.workspace.get({ workspaceId: stack.workspaceId }).go();
  return data?.running;
};
const hourly = { type: "cron", preset: "hourly" } as const;
const nextHour = (hours = 1) => new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + (hours - 1) * 3_600_000);

async function deliver(taskId: string, slot: Date) {
  await stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId, slot: slot.toISOString() });
}

describe("a slot", () => {
  it("becomes one run, however often it is delivered at once, and again when the run has ended", async () => {
    const task = await stack.createTask({ schedule: hourly });
    const slot = nextHour();
    const started = stack.aws.calls.count("ecs", "RunTask");
    await Promise.all(Array.from({ length: 100 }, () => deliver(task.id, slot)));
    const { items } = await stack.client.listTaskRuns({ params: { taskId: task.id } });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ status: "CLAIMED", trigger: "CRON", slot: slot.toISOString(), attempt: 1 });
    expect(items[0]?.id).toBe(derivedId("run", slot, [task.id, slot.toISOString()]));
    expect(stack.aws.calls.count("ecs", "RunTask") - started).toBe(1);

    const runner = await playRunner(stack, items[0]?.id ?? "");
    await runner.complete({ result: "done" });
    await deliver(task.id, slot);
    const after = await stack.client.listTaskRuns({ params: { taskId: task.id } });
    expect(after.items.map((run) => run.status)).toEqual(["DONE"]);
    expect(await running()).toBe(0);
  });

  it("is dropped when the task is disabled, changed since, manual or gone", async () => {
    const task = await stack.createTask({ schedule: hourly });
    const taskId = task.id;
    await deliver(taskId, new Date(Date.now() - 7_200_000));
    await stack.client.updateTask({ params: { taskId }, body: { enabled: false } });
    await deliver(taskId, nextHour());
    await stack.client.updateTask({ params: { taskId }, body: { enabled: true, schedule: { type: "manual" } } });
    await deliver(taskId, nextHour());
    expect((await stack.client.listTaskRuns({ params: { taskId } })).items).toEqual([]);
    await stack.client.deleteTask({ params: { taskId } });
    await deliver(taskId, nextHour());
    const { items } = await stack.client.listRuns();
    expect(items.filter((run) => run.taskId === taskId)).toEqual([]);
  });
});

describe("a slot while an earlier run has not ended", () => {
  const statuses = async (taskId: string) =>
    (await stack.client.listTaskRuns({ params: { taskId } })).items
      .map((run) => [run.status, run.error?.code])
      .reverse();

  it("is skipped by default, and kept in the history as neither success nor failure", async () => {
    const task = await stack.createTask({ schedule: hourly });
    for (const hours of [1, 2]) await deliver(task.id, nextHour(hours));
    expect(await statuses(task.id)).toEqual([
      ["CLAIMED", undefined],
      ["CANCELLED", "OVERLAP_SKIPPED"],
    ]);
    const { lastRun, consecutiveFailures } = await stack.client.getTask({ params: { taskId: task.id } });
    expect(lastRun?.status).toBe("CLAIMED");
    expect(consecutiveFailures).toBe(0);
  });

  it("waits when overlap is queue, one at a time, and starts when the first has ended", async () => {
    const task = await stack.createTask({ schedule: hourly, overlap: "queue" });
    for (const hours of [1, 2, 3]) await deliver(task.id, nextHour(hours));
    expect(await statuses(task.id)).toEqual([
      ["CLAIMED", undefined],
      ["PENDING", undefined],
      ["CANCELLED", "OVERLAP_SKIPPED"],
    ]);
    const [, , first] = (await stack.client.listTaskRuns({ params: { taskId: task.id } })).items;
    await (await playRunner(stack, first?.id ?? "")).complete();
    expect((await statuses(task.id)).slice(0, 2)).toEqual([
      ["DONE", undefined],
      ["CLAIMED", undefined],
    ]);
  });

  it("runs beside it when overlap is allow", async () => {
    const task = await stack.createTask({ schedule: hourly, overlap: "allow" });
    for (const hours of [1, 2]) await deliver(task.id, nextHour(hours));
    expect((await statuses(task.id)).map(([status]) => status)).toEqual(["CLAIMED", "CLAIMED"]);
  });

  it("waits its turn when a person asked for it", async () => {
    const task = await stack.createTask();
    const first = await stack.client.runTask({ params: { taskId: task.id } });
    const second = await stack.client.runTask({ params: { taskId: task.id } });
    expect([first.status, second.status]).toEqual(["CLAIMED", "PENDING"]);
    await stack.client.cancelRun({ params: { runId: first.id } });
    expect((await stack.client.getRun({ params: { runId: second.id } })).status).toBe("CLAIMED");
  });
});

describe("the workspace's cap", () => {
  it("is never passed, and what waits for it starts when there is room", async () => {
    const before = (await running()) ?? 0;
    const { workspace } = stack.ctx.table.entities;
    await workspace
      .patch({ workspaceId: stack.workspaceId })
      .set({ cap: before + 3 })
      .go();
    const task = await stack.createTask({ schedule: hourly, overlap: "allow" });
    await Promise.all([1, 2, 3, 4, 5, 6].map((hours) => deliver(task.id, nextHour(hours))));
    const list = async () => (await stack.client.listTaskRuns({ params: { taskId: task.id } })).items;
    const claimed = (await list()).filter((run) => run.status === "CLAIMED");
    expect(claimed).toHaveLength(3);
    expect(await running()).toBe(before + 3);
    await (await playRunner(stack, claimed[0]?.id ?? "")).complete();
    expect((await list()).map((run) => run.status).sort()).toEqual([
      "CLAIMED",
      "CLAIMED",
      "CLAIMED",
      "DONE",
      "PENDING",
      "PENDING",
    ]);
    expect(await running()).toBe(before + 3);
  });
});

describe("Run Now", () => {
  it("with an idempotency key is one run, however often it is sent", async () => {
    const task = await stack.createTask({ overlap: "allow" });
    const ask = (idempotencyKey: string) => stack.client.runTask({ params: { taskId: task.id }, idempotencyKey });
    await stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap: 100 }).go();
    const answers = await Promise.all([ask("a"), ask("a"), ask("a"), ask("b")]);
    expect(new Set(answers.map((run) => run.id)).size).toBe(2);
    expect((await stack.client.listTaskRuns({ params: { taskId: task.id } })).items).toHaveLength(2);
  });

  it("without a credential fails at once, with the reason, and starts no container", async () => {
    const client = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "without credentials"));
    const task = await client.createTask({ body: { name: "no credential", prompt: "Say hello." } });
    const started = stack.aws.calls.count("ecs", "RunTask");
    const run = await client.runTask({ params: { taskId: task.id } });
    expect(run).toMatchObject({
      status: "FAILED",
      error: { code: "CREDENTIAL_MISSING", message: "No credential is stored for this agent type." },
    });
    expect(stack.aws.calls.count("ecs", "RunTask")).toBe(started);
  });
});
