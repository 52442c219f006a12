import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../contract/client.ts";
import type { Run } from "../../contract/run.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { until } from "../support/until.ts";
import { type Agent, agents, canaries, claude, sourceUrl, startWorld, unreachableKey, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.git.create("team/project", { "README.md": "# Project\n" });
});
afterAll(() => world.close());

type Change = Parameters<World["stack"]["createTask"]>[0];

async function start(agent: Agent, change: Change = {}): Promise<Run> {
  const task = await world.stack.createTask({
    agentType: agent.agentType,
    sourceUrl,
    gitToken: canaries.git,
    ...change,
  });
  return world.stack.client.runTask({ params: { taskId: task.id } });
}

/** A run of an agent that is at work on a command which does not end by itself. */
async function startBusy(agent: Agent, name: string, change: Change = {}) {
  const gate = world.gate(name);
  world.script(agent, `Be busy with ${name}.`, gate.command, "Done after all.");
  const run = await start(agent, { prompt: `Be busy with ${name}.`, ...change });
  await until(gate.reached);
  return { run, gate };
}

/** A workspace of its own, because a credential belongs to a workspace. */
async function clientWithKey(value: string): Promise<Client> {
  const workspaceId = await ensureWorkspace(world.stack.ctx, `with ${value}`);
  const client = await world.stack.clientAs("admin", workspaceId);
  await client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value, force: true },
  });
  return client;
}

async function runWith(client: Client): Promise<Run> {
  const task = await client.createTask({ body: { name: "try", prompt: "Say hello." } });
  const { id } = await client.runTask({ params: { taskId: task.id } });
  return world.ended(id, client);
}

/** The process that ECS started for an attempt. */
function runnerOf(runId: string): number | undefined {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`ERRAND_RUN_ID=${runId}`);
      } catch {
        return false;
      }
    });
}

const costOfOneCall = { claude: 0.0006, codex: 0.0011 };

describe("the run fails with a reason", () => {
  it("when the provider refuses the credential", async () => {
    const run = await runWith(await clientWithKey("sk-ant-api03-revoked-long-ago"));
    expect(run).toMatchObject({ status: "FAILED", error: { code: "CREDENTIAL_REJECTED" }, attempt: 1 });
  });

  it("when the provider cannot be reached", async () => {
    const run = await runWith(await clientWithKey(unreachableKey));
    expect(run).toMatchObject({
      status: "FAILED",
      error: { code: "AGENT_ERROR", message: "The model provider (api.anthropic.com) could not be reached." },
      costUsd: 0,
    });
  });

  it.each(agents)("when $name has used all its turns", async (agent) => {
    const prompt = `Never stop, ${agent.name}.`;
    world.script(agent, prompt, "echo once more", "Enough.");
    const { id } = await start(agent, { prompt, maxTurns: 1 });
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: "FAILED", error: { code: "MAX_TURNS" }, usage: { modelCalls: 1 } });
    expect(run.costUsd).toBeCloseTo(costOfOneCall[agent.name], 9);
  });

  it.each([
    ["the repository is not there", { sourceUrl: "https://git.example.com/team/none.git" }, "CLONE_FAILED"],
    ["the branch is not there", { sourceUrl: `${sourceUrl}#no-such-branch` }, "CLONE_FAILED"],
    ["the git token is wrong", { gitToken: "ghp_wrong" }, "CLONE_FAILED"],
    ["the sub path is not there", { subPath: "packages/none" }, "SUB_PATH_MISSING"],
  ])("when %s, and no model is called", async (_, change, code) => {
    const { id } = await start(claude, change);
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: "FAILED", error: { code }, attempt: 1 });
    expect(run.usage?.modelCalls).toBe(0);
  });
});

describe("a run that is stopped", () => {
  it.each(agents)("by a person ends within seconds, and tells what it cost: $name", async (agent) => {
    const { run } = await startBusy(agent, `cancel-${agent.name}`);
    await world.stack.client.cancelRun({ params: { runId: run.id } });
    const ended = await world.ended(run.id, world.stack.client, 15_000);
    expect(ended).toMatchObject({ status: "CANCELLED", attempt: 1, error: null, usage: { modelCalls: 1 } });
    expect(ended.costUsd).toBeCloseTo(costOfOneCall[agent.name], 9);
    await until(() => runnerOf(run.id) === undefined);
  });

  it("by its time limit is timed out, and tells what it cost", async () => {
    const gate = world.gate("timeout");
    world.script(claude, "Take for ever.", gate.command, "Never said.");
    const task = await world.stack.createTask({ prompt: "Take for ever." });
    // Shorter than a person can ask for: six seconds.
    await world.stack.ctx.table.entities.task
      .patch({ workspaceId: world.stack.workspaceId, taskId: task.id })
      .set({ timeoutMinutes: 6 / 60 })
      .go();
    const { id } = await world.stack.client.runTask({ params: { taskId: task.id } });
    const run = await world.ended(id);
    expect(gate.reached()).toBe(true);
    expect(run).toMatchObject({ status: "TIMED_OUT", error: { code: "DEADLINE_EXCEEDED" }, usage: { modelCalls: 1 } });
    expect(run.costUsd).toBeCloseTo(costOfOneCall.claude, 9);
  });
});

describe("a runner that is killed", () => {
  it("is followed by a second attempt that does the work, and by one e-mail", async () => {
    const notificationEmail = "after-the-crash@example.com";
    const { run, gate } = await startBusy(claude, "kill", { notificationEmail });
    const pid = await until(() => runnerOf(run.id));
    process.kill(pid, "SIGKILL");
    gate.open();
    const ended = await world.ended(run.id);
    expect(ended).toMatchObject({ status: "DONE", attempt: 2, result: "Done after all.", email: { state: "sent" } });
    expect(world.mails().filter((mail) => mail.includes(notificationEmail))).toHaveLength(1);
    const attempts = (await world.lines(run.id)).map((line) => line.attempt);
    expect([...new Set(attempts)]).toEqual([1, 2]);
  });
});

it("leaves nothing running", async () => {
  expect(await world.running()).toBe(0);
});
