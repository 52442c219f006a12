import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runErrors } from "../../contract/run.ts";
import { everyRow } from "../support/api.ts";
import { everythingBelow } from "../support/files.ts";
import { containersOf } from "../support/invariants.ts";
import { mailsTo } from "../support/mail.ts";
import { agents, canaries, claude, sourceUrl, startWorld, type World } from "./world.ts";

/** 36 characters, so that its base64 has no padding and stays the same in front of a line break. */
const value = "ACCEPTcanary variable/with+signs 1=2";
const base64 = Buffer.from(value).toString("base64");
const sha256 = createHash("sha256").update(value).digest("hex");
const configApiKeys: string[] = [];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Which of what nobody may see is in a text. */
const foundIn = (text: string) =>
  [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64, ...configApiKeys].filter((hidden) =>
    text.includes(hidden),
  );

async function createStore(name: string, values: Record<string, string> = { DEPLOY_TOKEN: value }) {
  const { configApiKey, ...store } = await world.stack.client.createParameterStore({ body: { name, values } });
  expect(store).toMatchObject({ encrypted: true, names: Object.keys(values) });
  const key = configApiKey ?? "";
  configApiKeys.push(key);
  return { ...store, key };
}

/** Everything that the API tells about a run and what it belongs to, as text. */
async function toldAbout(runId: string, taskId: string): Promise<string[]> {
  const { client } = world.stack;
  const answers = await Promise.all([
    client.getRun({ params: { runId } }),
    client.listRuns(),
    client.listTaskRuns({ params: { taskId } }),
    client.listRunCalls({ params: { runId } }),
    client.getTask({ params: { taskId } }),
    client.listTasks(),
    client.listParameterStores(),
    client.getOverview(),
    world.lines(runId),
  ]);
  return answers.map((answer) => JSON.stringify(answer));
}

describe("an encrypted parameter store", () => {
  it.each(agents)("gives its value to $name, which shows it nowhere although it prints it", async (agent) => {
    const { stack, git } = world;
    const repository = `team/store-${agent.name}`;
    git.create(repository, { "README.md": "# Deployment\n" });
    const store = await createStore(`deployment-${agent.name}`);
    const prompt = `Deploy with ${agent.name}.`;
    const command = [
      "printenv DEPLOY_TOKEN",
      'printf %s "$DEPLOY_TOKEN" | base64',
      "printenv DEPLOY_TOKEN | base64",
      'printf %s "$DEPLOY_TOKEN" | sha256sum | cut -c 1-64 > hash.txt',
      "git add . && git commit -qm 'Note the hash' && git push -q origin HEAD:main && echo it is pushed",
    ].join("; ");
    world.script(agent, prompt, command, `The token is ${value}, or ${base64}.`);
    const notificationEmail = `store-${agent.name}@example.com`;
    const task = await stack.createTask({
      prompt,
      agentType: agent.agentType,
      sourceUrl: sourceUrl.replace("team/project", repository),
      gitToken: canaries.git,
      notificationEmail,
      parameterStore: store.name,
      parameterStoreKey: store.key,
    });
    const { id } = await stack.client.runTask({ params: { taskId: task.id } });
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: "DONE", error: null, email: { state: "sent", to: notificationEmail } });
    expect(git.show(repository, "hash.txt")).toBe(`${sha256}\n`);

    expect(run.result).toBe("The token is [redacted], or [redacted].");
    const results = (await world.lines(id)).filter((line) => line.kind === "tool_result");
    expect(JSON.stringify(results)).toMatch(/\[redacted\].*it is pushed/);
    expect((await toldAbout(id, task.id)).flatMap(foundIn)).toEqual([]);
    const mails = await mailsTo(stack, notificationEmail);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain("The token is [redacted]");
    expect(mails.flatMap(({ text = "", html = "" }) => foundIn(text + html))).toEqual([]);
    const rows = await everyRow(stack);
    expect(rows.join()).toContain(store.id);
    expect(rows.flatMap(foundIn)).toEqual([]);
    expect(everythingBelow(stack.dir).flatMap(({ text }) => foundIn(text))).toEqual([]);
  });

  const [message, nextStep] = runErrors.PARAMETER_STORE_LOCKED;
  const locked = { status: "FAILED", error: { code: "PARAMETER_STORE_LOCKED", message, nextStep }, attempt: 1 };

  it("that is deleted ends the run before a container is started", async () => {
    const { client, createTask } = world.stack;
    const { id: storeId, name, key } = await createStore("deleted");
    const task = await createTask({ parameterStore: name, parameterStoreKey: key });
    await client.deleteParameterStore({ params: { storeId } });
    const { id } = await client.runTask({ params: { taskId: task.id } });
    expect(await world.ended(id)).toMatchObject({ ...locked, claimedAt: null, startedAt: null });
    expect(await containersOf(world.stack, id)).toEqual([]);
  });

  it("that was made anew under another key gives nothing to the agent, which is not even started", async () => {
    const { client, createTask } = world.stack;
    const first = await createStore("made-anew");
    const prompt = "Never asked.";
    world.script(claude, prompt, "printenv DEPLOY_TOKEN", "Never said.");
    const task = await createTask({ prompt, parameterStore: first.name, parameterStoreKey: first.key });
    await client.deleteParameterStore({ params: { storeId: first.id } });
    await createStore("made-anew");
    const { id } = await client.runTask({ params: { taskId: task.id } });
    expect(await world.ended(id)).toMatchObject({ ...locked, startedAt: null });
    expect(await world.lines(id)).not.toContainEqual(expect.objectContaining({ kind: "assistant" }));
    expect((await client.listRunCalls({ params: { runId: id } })).items).toEqual([]);
    expect((await toldAbout(id, task.id)).flatMap(foundIn)).toEqual([]);
  });
});

it("leaves nothing running", async () => {
  expect(await world.running()).toBe(0);
});
