import PostalMime from "postal-mime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { agents, canaries, sourceUrl, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe.each(agents)("a run with input, asked of $agentType for an instant to come", (agent) => {
  it("starts when the instant has come, and its agent hears the task's prompt and then the input", async () => {
    const { stack } = world;
    const [prompt, input] = [`Sort the mail with ${agent.name}.`, `- [ ] only that of ${agent.name}\n/exit`];
    // The provider answers only to who says all of it.
    const heard = `${prompt}\n\n# Input of this run\n\nThis run was asked with the following, beyond the task's prompt above:\n\n${input}`;
    world.script(agent, heard, "echo sorted", "I sorted it.");
    const task = await stack.createTask({ prompt, agentType: agent.agentType });
    const notBefore = inSeconds(2);
    const { id } = await stack.client.runTask({ params: { taskId: task.id }, body: { input, notBefore } });
    await until(async () => {
      await stack.invoke("sweeper", {});
      return (await stack.client.getRun({ params: { runId: id } })).claimedAt !== null;
    });
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: "DONE", result: "I sorted it.", notBefore });
    expect(Date.parse(run.claimedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(notBefore));
  });
});

describe.each(agents)("a one-time task for $agentType", (agent) => {
  it("fires at its instant, has the change made and pushed, and hands back result, log, cost and an e-mail", async () => {
    const { stack, git } = world;
    const repository = `team/${agent.name}`;
    git.create(repository, { "README.md": "# Greeting\n", "CLAUDE.md": "Greet politely.\n" });
    world.script(
      agent,
      `Add a greeting with ${agent.name}.`,
      "echo 'Good day.' > greeting.txt && git add . && git commit -qm 'Greet' && git push -q origin HEAD:main && echo pushed",
      "I added **greeting.txt** and pushed it.",
    );
    const notificationEmail = `${agent.name}@example.com`;
    const at = inSeconds(2);
    const task = await stack.createTask({
      prompt: `Add a greeting with ${agent.name}.`,
      agentType: agent.agentType,
      sourceUrl: sourceUrl.replace("team/project", repository),
      gitToken: canaries.git,
      notificationEmail,
      schedule: { type: "once", at },
    });
    const { id } = await until(async () => {
      const { items } = await stack.client.listTaskRuns({ params: { taskId: task.id } });
      return items[0];
    });
    const run = await world.ended(id);
    expect(run).toMatchObject({
      status: "DONE",
      trigger: "ONCE",
      slot: task.schedule.type === "once" ? task.schedule.at : "",
      attempt: 1,
      result: "I added **greeting.txt** and pushed it.",
      error: null,
      usage: { inputTokens: 200, outputTokens: 40, modelCalls: 2 },
      email: { state: "sent", to: notificationEmail },
    });
    expect(Date.parse(run.createdAt)).toBeGreaterThanOrEqual(Date.parse(run.slot ?? ""));
    expect(git.show(repository, "greeting.txt")).toBe("Good day.\n");

    // List prices of 2026 per million tokens: claude-sonnet-4-5 $3 in and $15 out, gpt-5.5 $5 in and $30 out.
    expect(run.costUsd).toBeCloseTo(agent.name === "claude" ? 0.0012 : 0.0022, 9);
    const ledger = await stack.ctx.table.entities.ledger.query.primary({ runId: id }).go({ consistent: true });
    expect(ledger.data.reduce((sum, row) => sum + (row.costUsd ?? Number.NaN), 0)).toBeCloseTo(run.costUsd ?? 0, 9);

    const lines = await world.lines(id);
    expect(lines.map((line) => line.n)).toEqual(lines.map((_, index) => index + 1));
    const kinds = lines.map((line) => line.kind);
    for (const kind of ["system", "assistant", "tool_call", "tool_result"] as const) expect(kinds).toContain(kind);
    expect(kinds.indexOf("tool_call")).toBeLessThan(kinds.indexOf("tool_result"));
    expect(kinds.indexOf("tool_result")).toBeLessThan(kinds.lastIndexOf("assistant"));
    const textOf = (kind: string) => lines.flatMap((line) => (line.kind === kind && "text" in line ? [line.text] : []));
    expect(textOf("tool_result").join()).toContain("pushed");

    const mails = await Promise.all(world.mails().map((mail) => PostalMime.parse(mail)));
    const own = mails.filter((mail) => mail.to?.[0]?.address === notificationEmail);
    expect(own).toHaveLength(1);
    expect(own[0]?.subject).toBe(`[Errand] ${task.name}: Completed`);
    expect(own[0]?.text).toContain("I added **greeting.txt** and pushed it.");
    expect(own[0]?.text).toContain(id);

    expect(await world.running()).toBe(0);
    const after = await stack.client.getTask({ params: { taskId: task.id } });
    expect(after).toMatchObject({ lastRun: { id, status: "DONE" }, nextRunAt: null, consecutiveFailures: 0 });
    expect(world.keysSeen).toContain(canaries[agent.name]);
    expect(git.seen).toContain(`Basic ${Buffer.from(`x-access-token:${canaries.git}`).toString("base64")}`);
  });
});
