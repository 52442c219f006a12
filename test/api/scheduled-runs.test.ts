import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { followUp } from "../../core/run/follow-up.ts";
import { sweep } from "../../core/sweep.ts";
import { bearerOf, everyRow, send } from "../support/api.ts";
import { checkInvariants } from "../support/invariants.ts";
import { playRunner } from "../support/runner.ts";
import { canary, type Stack, slotOf, startStack } from "../support/stack.ts";

let stack: Stack;
let admin: { authorization: string };
beforeAll(async () => {
  stack = await startStack({ byItself: "containers", runningCap: 1000 });
  admin = await bearerOf(stack, "admin");
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
});
afterAll(async () => {
  await checkInvariants(stack);
  await stack.close();
});

let taskId: string;
beforeEach(async () => {
  ({ id: taskId } = await stack.createTask({ prompt: "Label the new issues." }));
});

const hour = 3600;
const ahead = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const ask = (body?: object, idempotencyKey?: string) =>
  stack.client.runTask({ params: { taskId }, body, ...(idempotencyKey !== undefined && { idempotencyKey }) });
const getRun = (runId: string) => stack.client.getRun({ params: { runId } });
const getInput = (runId: string) => stack.client.getRunInput({ params: { runId } });
const cancel = (runId: string) => stack.client.cancelRun({ params: { runId } });
const deliver = (slot: string) => stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId, slot });
const runs = async () => (await stack.client.listTaskRuns({ params: { taskId }, query: {} })).items;

describe("the input of a run", () => {
  it("is kept with what the run was asked, and reaches the agent behind the task's prompt, under a heading", async () => {
    const { id } = await ask({ input: "  Only those of today.\n- [ ] and say so\n" });
    expect(await getInput(id)).toMatchObject({
      prompt: "Label the new issues.",
      input: "  Only those of today.\n- [ ] and say so\n",
    });
    const { order } = await playRunner(stack, id);
    expect(order.task.prompt).toBe(
      "Label the new issues.\n\n# Input of this run\n\nThis run was asked with the following, beyond the task's prompt above:\n\n  Only those of today.\n- [ ] and say so\n",
    );
  });

  it("is nothing where nobody gives one: the agent gets the prompt as it is", async () => {
    for (const body of [undefined, {}, { input: null, notBefore: null }]) {
      const { id } = await stack.client.runTask({
        params: { taskId: (await stack.createTask({ prompt: "Only this." })).id },
        body,
      });
      expect((await getInput(id)).input).toBeNull();
      expect((await playRunner(stack, id)).order.task.prompt).toBe("Only this.");
    }
  });

  it("is kept by a retry, which is asked the same", async () => {
    const { id } = await ask({ input: "Only those of today." });
    await (await playRunner(stack, id)).complete({ outcome: "FAILED" });
    const retried = await stack.client.retryRun({ params: { runId: id } });
    expect((await getInput(retried.id)).input).toBe("Only those of today.");
  });

  it("may be as long as a prompt, and is the first one's where an Idempotency-Key comes again", async () => {
    const most = "å".repeat(16 * 1024);
    const { id } = await ask({ input: most }, "once");
    expect((await ask({ input: "another" }, "once")).id).toBe(id);
    expect((await getInput(id)).input).toBe(most);
  });
});

describe("a run that is asked otherwise than its task says", () => {
  const otherwise = { prompt: "Label only one.", model: "claude-opus-4-5", maxTurns: 3, timeoutMinutes: 5 };

  it("does that, says what of it was changed, and leaves the task as it is", async () => {
    const before = await stack.client.getTask({ params: { taskId } });
    const { id, trigger, model, changed } = await ask({ ...otherwise, input: "The first." });
    expect({ trigger, model }).toEqual({ trigger: "MANUAL", model: "claude-opus-4-5" });
    expect(changed).toEqual(["input", "prompt", "model", "maxTurns", "timeoutMinutes"]);
    expect(await getInput(id)).toMatchObject({ ...otherwise, input: "The first." });
    const { order } = await playRunner(stack, id);
    expect(order.task).toMatchObject({ model: "claude-opus-4-5", maxTurns: 3 });
    expect(order.task.prompt).toMatch(/^Label only one\.\n\n# Input of this run\n(.|\n)*\nThe first\.$/);
    const { startedAt, deadlineAt } = await getRun(id);
    expect(Date.parse(deadlineAt ?? "") - Date.parse(startedAt ?? "")).toBe(5 * 60_000);
    const { version, prompt } = await stack.client.getTask({ params: { taskId } });
    expect({ version, prompt }).toEqual({ version: before.version, prompt: before.prompt });
    expect((await runs())[0]?.changed).toEqual(changed);
  });

  it("is not marked where it says the same as the task, or nothing", async () => {
    const { prompt, model, maxTurns } = await stack.client.getTask({ params: { taskId } });
    for (const body of [
      { prompt, model, maxTurns },
      { prompt: null, model: null, maxTurns: null },
    ]) {
      expect((await ask(body)).changed).toEqual([]);
    }
  });

  it("is retried with the same, but not with the model of another agent type", async () => {
    const fail = async (runId: string) => (await playRunner(stack, runId)).complete({ outcome: "FAILED" });
    const { id } = await ask(otherwise);
    await fail(id);
    await stack.client.updateTask({ params: { taskId }, body: { prompt: "Label nothing.", maxTurns: 7 } });
    const retried = await stack.client.retryRun({ params: { runId: id } });
    expect(retried.changed).toEqual(["prompt", "model", "maxTurns", "timeoutMinutes"]);
    expect(await getInput(retried.id)).toMatchObject(otherwise);
    await fail(retried.id);
    await stack.client.updateTask({ params: { taskId }, body: { agentType: "codex-runner" } });
    const again = await stack.client.retryRun({ params: { runId: retried.id } });
    expect(again).toMatchObject({ model: "gpt-5.5", changed: ["prompt", "maxTurns", "timeoutMinutes"] });
  });

  it("keeps it until its instant, whatever the task becomes meanwhile", async () => {
    const notBefore = ahead(hour);
    const { id } = await ask({ ...otherwise, notBefore });
    await stack.client.updateTask({ params: { taskId }, body: { prompt: "Label nothing.", timeoutMinutes: 9 } });
    await sweep(at(notBefore, 0));
    expect(await getInput(id)).toMatchObject(otherwise);
  });
});

it.each([
  ["an empty input", { input: "" }, "input"],
  ["a blank input", { input: " \n" }, "input"],
  ["an input of one byte over 32 KB", { input: `x${"å".repeat(16 * 1024)}` }, "input"],
  ["an input that is no text", { input: 7 }, "input"],
  ["an input with a null character", { input: "a\0b" }, "input"],
  ["an instant without an offset", { notBefore: "2030-01-01T00:00:00" }, "notBefore"],
  ["a day that does not exist", { notBefore: "2030-02-30T00:00:00Z" }, "notBefore"],
  ["an empty instant", { notBefore: "" }, "notBefore"],
  ["an instant more than a year ahead", { notBefore: ahead(367 * 24 * hour) }, "notBefore"],
  ["a field that is not known", { sourceUrl: "https://github.com/owner/other" }, "sourceUrl"],
  ["a blank prompt", { prompt: " \n" }, "prompt"],
  ["a prompt of one byte over 32 KB", { prompt: `x${"å".repeat(16 * 1024)}` }, "prompt"],
  ["a prompt with a null character", { prompt: "a\0b" }, "prompt"],
  ["a model that is an option", { model: "--dangerously" }, "model"],
  ["a model of two lines", { model: "claude-opus-4-5\n--x" }, "model"],
  ["no turns", { maxTurns: 0 }, "maxTurns"],
  ["turns that are text", { maxTurns: "12" }, "maxTurns"],
  ["more than a day", { timeoutMinutes: 1441 }, "timeoutMinutes"],
])("%s is refused, names its field and leaves nothing behind", async (_, body, field) => {
  const before = await everyRow(stack);
  const answer = await send(stack, "POST", `/api/tasks/${taskId}/runs`, { headers: admin, body });
  expect(answer).toMatchObject({ status: 400, json: { error: { code: "invalid_input" } } });
  expect(Object.keys(answer.json?.error?.fields ?? {})).toEqual([field]);
  expect(await everyRow(stack)).toEqual(before);
});

it("a request without a body is a run now, whatever its content type says", async () => {
  for (const headers of [
    admin,
    { ...admin, "content-type": "application/json" },
    { ...admin, "content-type": "text/plain" },
  ]) {
    const answer = await send(stack, "POST", `/api/tasks/${taskId}/runs`, { headers });
    expect(answer.status).toBe(202);
  }
});

describe("a run that is asked for an instant to come", () => {
  it("waits for it, and not a moment less; the next sweep starts it, and its time to start counts from there", async () => {
    const notBefore = ahead(hour);
    const asked = await ask({ notBefore });
    expect(asked).toMatchObject({ status: "PENDING", notBefore, startBy: after(notBefore, 6 * hour) });
    await sweep(stack.ctx);
    await sweep(at(notBefore, -0.001));
    await followUp(at(notBefore, -0.001), [asked.id]);
    expect(await getRun(asked.id)).toMatchObject({ status: "PENDING" });
    await sweep(at(notBefore, 0));
    expect(await getRun(asked.id)).toMatchObject({ status: "CLAIMED", notBefore });
    const lastRun = (await stack.client.getTask({ params: { taskId } })).lastRun;
    expect(lastRun?.id).toBe(asked.id);
  });

  it("is started by the stream as well, when it is due and something else goes on", async () => {
    const { id } = await ask({ notBefore: ahead(hour) });
    await followUp(stack.later(hour + 1), [id]);
    expect(await getRun(id)).toMatchObject({ status: "CLAIMED" });
    await sweep(stack.later(hour + 1));
    expect((await runs()).map(({ status }) => status)).toEqual(["CLAIMED"]);
  });

  it("starts now where the instant has passed, wherever its offset is", async () => {
    const { id } = await ask({ notBefore: "2020-01-31T09:00:00+01:00" });
    expect(await getRun(id)).toMatchObject({ status: "CLAIMED", notBefore: null });
  });

  it("is in the way of no slot and of no other run until then, and waits its turn from then on", async () => {
    await stack.client.updateTask({ params: { taskId }, body: { schedule: { type: "cron", preset: "hourly" } } });
    const { id } = await ask({ notBefore: ahead(hour) });
    await deliver(slotOf(0));
    const [slot] = await runs();
    expect(slot).toMatchObject({ status: "CLAIMED", trigger: "CRON" });
    await followUp(stack.later(hour + 1), [id]);
    expect(await getRun(id)).toMatchObject({ status: "PENDING" });
    await (await playRunner(stack, slot?.id ?? "")).complete();
    await followUp(stack.later(hour + 2), [id]);
    expect(await getRun(id)).toMatchObject({ status: "CLAIMED" });
  });

  it("is one run that is counted right when it is let in twice and cancelled at the same moment", async () => {
    for (const _ of [1, 2, 3]) {
      const notBefore = ahead(hour);
      const { id } = await ask({ notBefore });
      const due = at(notBefore, 0);
      await Promise.all([sweep(due), followUp(due, [id]), cancel(id), sweep(due)]);
      expect(await getRun(id)).toMatchObject({ status: "CANCELLED" });
    }
    expect((await runs()).map(({ status }) => status)).toEqual(["CANCELLED", "CANCELLED", "CANCELLED"]);
    await checkInvariants(stack);
  });

  it("is not told as queued until its instant has come", async () => {
    const before = (await stack.client.getLive()).queued;
    await ask({ notBefore: ahead(hour) });
    expect((await stack.client.getLive()).queued).toBe(before);
  });

  it("is cancelled while it waits, and does not come back", async () => {
    const { id } = await ask({ notBefore: ahead(hour) });
    expect(await cancel(id)).toMatchObject({ status: "CANCELLED", error: null, costUsd: null });
    await sweep(stack.later(2 * hour));
    expect(await getRun(id)).toMatchObject({ status: "CANCELLED" });
    const { scheduledRun } = stack.ctx.table.entities;
    expect((await scheduledRun.get({ runId: id }).go()).data).toBeNull();
  });

  it("is one run, however often the same Idempotency-Key comes, before its instant and after it", async () => {
    const body = { notBefore: ahead(hour) };
    const asked = await Promise.all([ask(body, "later"), ask(body, "later"), ask(body, "later")]);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect((await ask({}, "later")).id).toBe(asked[0]?.id);
    expect((await ask({ notBefore: ahead(2 * hour) }, "later")).notBefore).toBe(body.notBefore);
    expect(await runs()).toHaveLength(1);
  });

  it("does not fail for what can still be put right until then, and fails for it then", async () => {
    await stack.client.updateTask({ params: { taskId }, body: { agentType: "codex" } });
    const { id } = await ask({ notBefore: ahead(hour) });
    expect(await getRun(id)).toMatchObject({ status: "PENDING" });
    await sweep(stack.later(hour + 1));
    expect(await getRun(id)).toMatchObject({ status: "FAILED", error: { code: "CREDENTIAL_MISSING" } });
  });

  it("keeps what it was asked when its task is changed meanwhile, and starts though the task is disabled", async () => {
    const { id } = await ask({ notBefore: ahead(hour), input: "Only today's." });
    await stack.client.updateTask({ params: { taskId }, body: { prompt: "Something else.", enabled: false } });
    await sweep(stack.later(hour + 1));
    expect((await playRunner(stack, id)).order.task.prompt).toMatch(/^Label the new issues\.\n.*Only today's\.$/s);
  });

  it("is cancelled with its task", async () => {
    const { id } = await ask({ notBefore: ahead(hour) });
    await stack.client.deleteTask({ params: { taskId } });
    await sweep(stack.ctx);
    expect(await getRun(id)).toMatchObject({ status: "CANCELLED" });
    await expect(stack.client.getTask({ params: { taskId } })).rejects.toMatchObject({ status: 404 });
  });

  it("is one of at most twenty of its task; an ended one makes room", async () => {
    const notBefore = ahead(hour);
    const all = await Promise.all(
      Array.from({ length: 25 }, () => ask({ notBefore }).catch((error: unknown) => error)),
    );
    const made = all.filter((each) => !(each instanceof Error)) as { id: string }[];
    expect(made).toHaveLength(20);
    await expect(ask({ notBefore })).rejects.toMatchObject({
      code: "conflict",
      message: "20 runs of this task wait for their time already. Cancel one, or give the task a schedule.",
    });
    await cancel(made[0]?.id ?? "");
    await ask({ notBefore });
    expect(await ask()).toMatchObject({ status: "CLAIMED" });
    for (const { id } of await runs()) await cancel(id).catch(() => {});
  });
});

it("many runs that wait for their instant keep no other from starting, and no other from being given up", async () => {
  const body = { notBefore: ahead(30 * 24 * hour) };
  for (const _ of [1, 2, 3, 4, 5]) {
    const { id } = await stack.createTask();
    await Promise.all(Array.from({ length: 20 }, () => stack.client.runTask({ params: { taskId: id }, body })));
  }
  const setCap = (cap: number) =>
    stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap }).go();
  await setCap(0);
  const waiting = await ask();
  await sweep(stack.ctx);
  expect(await getRun(waiting.id)).toMatchObject({ status: "PENDING" });
  await followUp(stack.later(7 * hour), [waiting.id]);
  expect(await getRun(waiting.id)).toMatchObject({ status: "FAILED", error: { code: "NOT_STARTED" } });
  const next = await ask();
  await setCap(1000);
  await followUp(stack.ctx, [next.id]);
  expect(await getRun(next.id)).toMatchObject({ status: "CLAIMED" });
});

/** The domain's context so many seconds after an instant. */
function at(instant: string, seconds: number): Context {
  return { ...stack.ctx, now: () => new Date(Date.parse(instant) + seconds * 1000) };
}

/** The instant that many seconds after another. */
function after(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}
