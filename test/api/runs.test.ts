import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../contract/client.ts";
import type { Run } from "../../contract/run.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { playRunner } from "../support/runner.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
  await stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap: 1000 }).go();
});
afterAll(() => stack.close());

const runNow = (taskId: string) => stack.client.runTask({ params: { taskId } });
const getTask = (taskId: string) => stack.client.getTask({ params: { taskId } });
const getRun = (runId: string) => stack.client.getRun({ params: { runId } });
const patch = (taskId: string, body: object) => stack.client.updateTask({ params: { taskId }, body: body as never });

/** Runs a task now and ends the run this way. */
async function end(taskId: string, outcome: "DONE" | "FAILED" | "TIMED_OUT" | "CANCELLED"): Promise<Run> {
  const { id } = await runNow(taskId);
  await (await playRunner(stack, id)).complete({ outcome });
  return getRun(id);
}

async function allOf(list: (cursor?: string) => Promise<{ items: { id: string }[]; nextCursor: string | null }>) {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return ids;
}

describe("the lists of runs", () => {
  let client: Client;
  /** Newest first. */
  let made: { id: string; taskId: string }[];
  let tasks: string[];
  beforeAll(async () => {
    // Without a credential a run ends at once, and leaves a history like any other.
    client = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "many runs"));
    tasks = [];
    for (const name of ["a", "b", "c"]) tasks.push((await client.createTask({ body: { name, prompt: "x" } })).id);
    made = [];
    for (let n = 0; n < 120; n += 1) {
      const taskId = tasks[n % 3] as string;
      made.unshift({ id: (await client.runTask({ params: { taskId } })).id, taskId });
    }
  });

  it.each([7, 50, 100])("are whole and newest first, %i at a time", async (limit) => {
    expect(await allOf((cursor) => client.listRuns({ query: { limit, cursor } }))).toEqual(made.map(({ id }) => id));
    const failed = await allOf((cursor) => client.listRuns({ query: { limit, cursor, status: "FAILED" } }));
    expect(failed).toEqual(made.map(({ id }) => id));
    for (const taskId of tasks) {
      const ids = await allOf((cursor) => client.listTaskRuns({ params: { taskId }, query: { limit, cursor } }));
      expect(ids).toEqual(made.filter((run) => run.taskId === taskId).map(({ id }) => id));
    }
  });

  it("stay whole while new runs come in between two pages", async () => {
    const first = await client.listRuns({ query: { limit: 60 } });
    await client.runTask({ params: { taskId: tasks[0] as string } });
    const rest = await allOf((cursor) => client.listRuns({ query: { cursor: cursor ?? first.nextCursor ?? "" } }));
    expect([...first.items.map(({ id }) => id), ...rest]).toEqual(made.map(({ id }) => id));
  });

  it("hold fifty when no number is asked for", async () => {
    expect((await client.listRuns()).items).toHaveLength(50);
  });
});

describe("the status filter", () => {
  it("follows a run from state to state", async () => {
    const { id: taskId } = await stack.createTask();
    const { id } = await runNow(taskId);
    const statuses = ["PENDING", "CLAIMED", "PROCESSING", "DONE", "FAILED", "TIMED_OUT", "CANCELLED"] as const;
    const where = async () => {
      const found: string[] = [];
      for (const status of statuses) {
        const { items } = await stack.client.listRuns({ query: { status } });
        if (items.some((run) => run.id === id)) found.push(status);
        expect(items.every((run) => run.status === status)).toBe(true);
      }
      return found;
    };
    expect(await where()).toEqual(["CLAIMED"]);
    const runner = await playRunner(stack, id);
    expect(await where()).toEqual(["PROCESSING"]);
    await runner.complete();
    expect(await where()).toEqual(["DONE"]);
  });
});

describe("a run", () => {
  it("shows what its runner reported, and its task shows it as the last", async () => {
    const { id: taskId } = await stack.createTask({ name: "reported", timeoutMinutes: 7 });
    const { id } = await runNow(taskId);
    const runner = await playRunner(stack, id);
    const running = await getRun(id);
    expect(running).toMatchObject({ status: "PROCESSING", durationMs: null, costUsd: null, result: null, usage: null });
    expect(Date.parse(running.deadlineAt ?? "") - Date.parse(running.startedAt ?? "")).toBe(7 * 60_000);
    await runner.complete({ result: "# Done\nAll well.", turns: 4, lastLine: 0 });
    const run = await getRun(id);
    expect(run).toMatchObject({
      taskId,
      taskName: "reported",
      agentType: "claude-runner",
      model: "claude-sonnet-4-5",
      status: "DONE",
      trigger: "MANUAL",
      attempt: 1,
      slot: null,
      parentRunId: null,
      result: "# Done\nAll well.",
      turns: 4,
      error: null,
      email: { state: "none", to: null, sentAt: null, error: null },
    });
    expect(run.durationMs).toBe(Date.parse(run.endedAt ?? "") - Date.parse(run.startedAt ?? ""));
    expect((await getTask(taskId)).lastRun).toMatchObject({ id, status: "DONE" });
  });

  it("is retried as a new run that names its parent, and the old one stays as it is", async () => {
    const { id: taskId } = await stack.createTask();
    const old = await end(taskId, "FAILED");
    const fresh = await stack.client.retryRun({ params: { runId: old.id } });
    expect(fresh).toMatchObject({ status: "CLAIMED", trigger: "RETRY", parentRunId: old.id, attempt: 1, taskId });
    expect(fresh.id).not.toBe(old.id);
    expect(await getRun(old.id)).toEqual(old);
  });

  it("retried with an idempotency key is one new run; the key of Run Now is another's", async () => {
    const { id: taskId } = await stack.createTask({ overlap: "allow" });
    const old = await end(taskId, "FAILED");
    const retry = () => stack.client.retryRun({ params: { runId: old.id }, idempotencyKey: "same" });
    const now = () => stack.client.runTask({ params: { taskId }, idempotencyKey: "same" });
    const retries = await Promise.all([retry(), retry(), retry()]);
    expect(new Set(retries.map(({ id }) => id)).size).toBe(1);
    expect((await now()).id).not.toBe(retries[0]?.id);
    expect((await now()).id).toBe((await now()).id);
    const withoutKey = await Promise.all([runNow(taskId), runNow(taskId)]);
    expect(withoutKey[0].id).not.toBe(withoutKey[1].id);
  });

  it("of a deleted task can be read, but not retried", async () => {
    const { id: taskId } = await stack.createTask();
    const old = await end(taskId, "FAILED");
    await stack.client.deleteTask({ params: { taskId } });
    expect(await getRun(old.id)).toEqual(old);
    await expect(stack.client.retryRun({ params: { runId: old.id } })).rejects.toMatchObject({
      status: 409,
      code: "conflict",
    });
  });
});

describe("failures in a row", () => {
  it("disable the task at the fifth, with the reason, and its schedule goes", async () => {
    const { id: taskId } = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
    for (const [n, outcome] of (["FAILED", "TIMED_OUT", "CANCELLED", "FAILED", "FAILED"] as const).entries()) {
      await end(taskId, outcome);
      const counted = n < 2 ? n + 1 : n;
      expect(await getTask(taskId)).toMatchObject({
        consecutiveFailures: counted,
        enabled: true,
        disabledReason: null,
      });
    }
    await end(taskId, "FAILED");
    const disabled = await getTask(taskId);
    expect(disabled).toMatchObject({ enabled: false, consecutiveFailures: 5, nextRunAt: null });
    expect(disabled.disabledReason).toBe(
      "Disabled after 5 failed runs in a row. Correct the cause, then enable the task.",
    );
    const deleted = stack.aws.calls.count("scheduler", "DeleteSchedule");
    await stack.invoke("sweeper", {});
    expect(stack.aws.calls.count("scheduler", "DeleteSchedule")).toBeGreaterThan(deleted);

    const edited = await patch(taskId, { prompt: "Better.", enabled: true });
    expect(edited).toMatchObject({ enabled: true, consecutiveFailures: 0, disabledReason: null });
    expect(edited.nextRunAt).not.toBeNull();
    await end(taskId, "FAILED");
    expect(await getTask(taskId)).toMatchObject({ enabled: true, consecutiveFailures: 1 });
  });

  it("begin again at nothing after a run that completed", async () => {
    const { id: taskId } = await stack.createTask();
    for (const _ of [1, 2, 3, 4]) await end(taskId, "FAILED");
    await end(taskId, "DONE");
    expect((await getTask(taskId)).consecutiveFailures).toBe(0);
    for (const _ of [1, 2, 3, 4]) await end(taskId, "FAILED");
    expect(await getTask(taskId)).toMatchObject({ enabled: true, consecutiveFailures: 4 });
  });

  it("are counted right when they end at the same moment", async () => {
    const { id: taskId } = await stack.createTask({ overlap: "allow" });
    const runs = await Promise.all([1, 2, 3, 4, 5, 6].map(() => runNow(taskId)));
    const runners = await Promise.all(runs.map(({ id }) => playRunner(stack, id)));
    await Promise.all(runners.map((runner) => runner.complete({ outcome: "FAILED" })));
    expect(await getTask(taskId)).toMatchObject({ enabled: false, consecutiveFailures: 6 });
  });

  it("leave a person able to run the task now, also when it is disabled", async () => {
    const { id: taskId } = await stack.createTask({ enabled: false });
    expect((await end(taskId, "DONE")).status).toBe("DONE");
  });
});

describe("the history of a task", () => {
  it("keeps fifty also of the slots that are skipped while a run goes on and on", async () => {
    const { id: taskId } = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
    const running = await runNow(taskId);
    const slot = (n: number) => new Date(Math.ceil(Date.now() / 3_600_000 + n) * 3_600_000).toISOString();
    for (let n = 0; n < 53; n += 1) {
      await stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId, slot: slot(n) });
    }
    const { items } = await stack.client.listTaskRuns({ params: { taskId }, query: { limit: 100 } });
    expect(items).toHaveLength(50);
    expect(items.at(-1)?.id).toBe(running.id);
    expect(items[0]).toMatchObject({ slot: slot(52), error: { code: "OVERLAP_SKIPPED" } });
  });

  it("keeps fifty runs: the oldest that has ended goes, one that runs never does", async () => {
    const { id: taskId } = await stack.createTask({ overlap: "allow" });
    const running = await runNow(taskId);
    await playRunner(stack, running.id);
    const ended: string[] = [];
    for (let n = 0; n < 49; n += 1) {
      const { id } = await runNow(taskId);
      await stack.client.cancelRun({ params: { runId: id } });
      ended.push(id);
    }
    const list = async () => (await stack.client.listTaskRuns({ params: { taskId }, query: { limit: 100 } })).items;
    expect(await list()).toHaveLength(50);
    const newest = await end(taskId, "DONE");
    const kept = (await list()).map(({ id }) => id);
    expect(kept).toEqual([newest.id, ...ended.slice(1).reverse(), running.id]);
    await expect(getRun(ended[0] ?? "")).rejects.toMatchObject({ status: 404 });
    expect((await getRun(running.id)).status).toBe("PROCESSING");
    expect((await stack.client.listRuns({ query: { limit: 100 } })).items.map(({ id }) => id)).not.toContain(ended[0]);
  });
});
