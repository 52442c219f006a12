import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { can, type RunStatus } from "../../contract/run.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { bearer, bearerOf, everyRow, send } from "../support/api.ts";
import { modelCall, playRunner } from "../support/runner.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let member: { authorization: string };
beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  member = await bearerOf(stack, "member");
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
  await stack.ctx.table.entities.workspace.patch({ workspaceId: stack.workspaceId }).set({ cap: 100 }).go();
});
afterAll(() => stack.close());

const startRun = async () => {
  const { id: taskId } = await stack.createTask();
  return stack.client.runTask({ params: { taskId } });
};
const claim = (runId: string, ticket: string) =>
  send(stack, "POST", `/api/runs/${runId}/redeem`, { headers: bearer(ticket), body: {} });

/** A run brought to a status by the calls that bring runs there. */
const inStatus: Record<RunStatus, () => Promise<string>> = {
  CLAIMED: async () => (await startRun()).id,
  PENDING: async () => {
    const { taskId } = await startRun();
    return (await stack.client.runTask({ params: { taskId } })).id;
  },
  PROCESSING: async () => {
    const { id } = await startRun();
    await playRunner(stack, id);
    return id;
  },
  DONE: () => ended("DONE"),
  FAILED: () => ended("FAILED"),
  TIMED_OUT: () => ended("TIMED_OUT"),
  CANCELLED: () => ended("CANCELLED"),
};
async function ended(outcome: "DONE" | "FAILED" | "TIMED_OUT" | "CANCELLED"): Promise<string> {
  const { id } = await startRun();
  await (await playRunner(stack, id)).complete({ outcome });
  return id;
}

describe.each(Object.entries(inStatus))("a run that is %s", (status, make) => {
  const allowed = {
    cancel: can.cancel({ status: status as RunStatus }),
    retry: can.retry({ status: status as RunStatus }),
  };

  it.each(["cancel", "retry"] as const)(
    "allows %s, or refuses it and changes nothing, as the contract says",
    async (action) => {
      const id = await make();
      expect((await stack.client.getRun({ params: { runId: id } })).status).toBe(status);
      const before = await everyRow(stack);
      const answer = await send(stack, "POST", `/api/runs/${id}/${action}`, { headers: member });
      expect(answer.status).toBe(allowed[action] ? 202 : 409);
      if (allowed[action]) return;
      expect(answer.json?.error?.code).toBe("not_allowed_in_state");
      expect(await everyRow(stack)).toEqual(before);
    },
  );
});

describe("a runner", () => {
  it("is told the task's zone and how the last run before its own ended", async () => {
    const schedule = { type: "cron", expression: "0 9 1 1 *", timezone: "Europe/Stockholm" } as const;
    const { id: taskId } = await stack.createTask({ schedule });
    const first = await stack.client.runTask({ params: { taskId } });
    const one = await playRunner(stack, first.id);
    expect(one.order.run).toMatchObject({ slot: null, timezone: "Europe/Stockholm", previous: null });
    await one.complete({ outcome: "DONE", result: "All well." });
    const second = await stack.client.runTask({ params: { taskId } });
    const { order } = await playRunner(stack, second.id);
    expect(order.run.previous).toEqual({ status: "DONE", endedAt: expect.any(String), result: "All well." });
  });
});

describe("a runner of another version", () => {
  it("that is older redeems its ticket by the name of its time", async () => {
    const { id } = await startRun();
    const headers = bearer(await ticketOf(stack.ctx, id, 1));
    const order = await send(stack, "POST", `/api/runs/${id}/claim`, { headers, body: {} });
    expect(order).toMatchObject({ status: 200, json: { run: { id }, claimToken: expect.any(String) } });
  });

  it("that is newer may say more than the API knows", async () => {
    const { id } = await startRun();
    const news = { headers: bearer(await ticketOf(stack.ctx, id, 1)), body: { news: 1 } };
    const order = await send(stack, "POST", `/api/runs/${id}/redeem`, news);
    const headers = bearer((order.json as unknown as { claimToken: string }).claimToken);
    const calls = [{ ...modelCall(1), news: 1 }];
    const beat = await send(stack, "PATCH", `/api/runs/${id}/progress`, { headers, body: { calls, news: 1 } });
    expect(beat.status).toBe(200);
    const error = { code: "AGENT_ERROR", news: 1 };
    const body = { outcome: "FAILED", error, news: 1 };
    expect((await send(stack, "PATCH", `/api/runs/${id}/complete`, { headers, body })).status).toBe(200);
    expect(await stack.client.getRun({ params: { runId: id } })).toMatchObject({
      status: "FAILED",
      usage: { modelCalls: 1 },
    });
  });
});

describe("a cancelled run", () => {
  it("that had not started has ended at once, and its ticket is void", async () => {
    const id = await inStatus.CLAIMED();
    const run = await stack.client.cancelRun({ params: { runId: id } });
    expect(run).toMatchObject({ status: "CANCELLED", error: null });
    expect((await claim(id, await ticketOf(stack.ctx, id, 1))).status).toBe(401);
  });

  it("that runs tells its runner to stop, and ends with what the runner reports", async () => {
    const { id } = await startRun();
    // ECS cannot tell the container, so nothing but the runner itself can stop.
    stack.aws.faults.add({ service: "ecs", operation: "ListTasks", kind: "error500", times: 3 });
    const runner = await playRunner(stack, id);
    stack.aws.faults.clear();
    expect((await runner.progress()).stop).toBeNull();
    const asked = await stack.client.cancelRun({ params: { runId: id } });
    expect(asked).toMatchObject({ status: "PROCESSING", cancelRequestedAt: expect.any(String) });
    expect((await runner.progress()).stop).toBe("CANCELLED");
    await runner.complete({ outcome: "CANCELLED", calls: [modelCall(1)] });
    const run = await stack.client.getRun({ params: { runId: id } });
    expect(run).toMatchObject({ status: "CANCELLED", costUsd: 0.0045 });
  });
});

describe("a ticket", () => {
  it("is good once: for its run, its attempt and until the run has ended", async () => {
    const [one, other] = [await startRun(), await startRun()];
    const foreign = await ticketOf(stack.ctx, other.id, 1);
    const later = await ticketOf(stack.ctx, one.id, 2);
    const before = await everyRow(stack);
    for (const wrong of [foreign, later, "tk_", "tk_rubbish", canary]) {
      expect([wrong, (await claim(one.id, wrong)).status]).toEqual([wrong, 401]);
    }
    const unknown = `${one.id.slice(0, -4)}ZZZZ`;
    expect((await claim(unknown, await ticketOf(stack.ctx, unknown, 1))).status).toBe(401);
    expect(await everyRow(stack)).toEqual(before);

    const ticket = await ticketOf(stack.ctx, one.id, 1);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => claim(one.id, ticket)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    const used = await everyRow(stack);
    expect((await claim(one.id, ticket)).status).toBe(401);
    expect(await everyRow(stack)).toEqual(used);
  });

  it("is too old after fifteen minutes", async () => {
    const { id } = await startRun();
    const claimedAt = new Date(Date.now() - 901_000).toISOString();
    await stack.ctx.table.entities.run.patch({ runId: id }).set({ claimedAt }).go();
    const before = await everyRow(stack);
    expect((await claim(id, await ticketOf(stack.ctx, id, 1))).status).toBe(401);
    expect(await everyRow(stack)).toEqual(before);
  });
});

describe("a claim token", () => {
  const report = (runId: string, what: "progress" | "complete", token: string) => {
    const body = what === "progress" ? { calls: [modelCall(9)] } : { outcome: "FAILED", result: "overwritten" };
    return send(stack, "PATCH", `/api/runs/${runId}/${what}`, { headers: bearer(token), body });
  };

  it("of another run, of an earlier attempt or made up changes nothing", async () => {
    const { id } = await startRun();
    const runner = await playRunner(stack, id);
    const foreign = (await playRunner(stack, (await startRun()).id)).order.claimToken;
    const ticket = await ticketOf(stack.ctx, id, 1);
    const before = await everyRow(stack);
    for (const wrong of [foreign, ticket, "ct_rubbish", member.authorization.slice(7)]) {
      expect((await report(id, "progress", wrong)).status).toBe(401);
      expect((await report(id, "complete", wrong)).status).toBe(401);
    }
    expect(await everyRow(stack)).toEqual(before);

    await stack.invoke("runner-stopped", { detail: { lastStatus: "STOPPED", startedBy: `${id}/1` } });
    const second = await playRunner(stack, id, 2);
    const retried = await everyRow(stack);
    expect((await report(id, "progress", runner.order.claimToken)).status).toBe(401);
    expect((await report(id, "complete", runner.order.claimToken)).status).toBe(401);
    expect(await everyRow(stack)).toEqual(retried);
    expect(await second.complete({ result: "second" })).toEqual({ status: "DONE" });
  });

  it("of an ended run changes nothing: a second outcome is answered with the first", async () => {
    const { id } = await startRun();
    const runner = await playRunner(stack, id);
    await runner.complete({ result: "the first" });
    const before = await everyRow(stack);
    expect((await report(id, "progress", runner.order.claimToken)).status).toBe(401);
    expect(await runner.complete({ outcome: "FAILED", result: "the second" })).toEqual({ status: "DONE" });
    expect(await everyRow(stack)).toEqual(before);
  });
});
