import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskPatch } from "../../contract/task.ts";
import { updateTask } from "../../core/task/task.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { bearerOf, send } from "../support/api.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const get = (taskId: string) => stack.client.getTask({ params: { taskId } });
const patch = (taskId: string, body: object) => stack.client.updateTask({ params: { taskId }, body: body as never });

describe("a new task", () => {
  it("needs a name and a prompt; the rest has defaults", async () => {
    const task = await stack.client.createTask({ body: { name: "  Plain  ", prompt: "  Say hello.  " } });
    expect(task).toEqual({
      id: expect.stringMatching(/^task_[0-9A-HJKMNP-TV-Z]{26}$/),
      name: "Plain",
      description: null,
      prompt: "  Say hello.  ",
      agentType: "claude-runner",
      sourceUrl: null,
      gitToken: { set: false },
      notificationEmail: null,
      schedule: { type: "manual" },
      scheduleText: "Only when someone runs it",
      model: "claude-sonnet-4-5",
      maxTurns: 25,
      allowedTools: null,
      disallowedTools: null,
      sandbox: null,
      subPath: null,
      parameterStore: null,
      parameterStoreKey: { set: false },
      timeoutMinutes: 60,
      startWithinMinutes: 360,
      spreadMinutes: 0,
      overlap: "skip",
      enabled: true,
      disabledReason: null,
      consecutiveFailures: 0,
      lastRun: null,
      nextRunAt: null,
      createdAt: expect.any(String),
      updatedAt: task.createdAt,
      version: expect.any(String),
      createdBy: { kind: "key", id: expect.stringMatching(/^key_/), name: "admin" },
      updatedBy: task.createdBy,
    });
    expect(await get(task.id)).toEqual(task);
  });

  it("keeps every field it is given", async () => {
    const given = {
      description: "Every field.",
      prompt: "Do it.",
      sourceUrl: "https://github.com/a/b#main",
      notificationEmail: "me@example.com",
      model: "claude-opus-4-1",
      maxTurns: 3,
      allowedTools: ["Read", "Bash(git *)"],
      disallowedTools: ["WebSearch"],
      subPath: "packages/one",
      timeoutMinutes: 5,
      overlap: "queue",
      enabled: false,
    } as const;
    const task = await stack.createTask({
      ...given,
      allowedTools: [...given.allowedTools],
      disallowedTools: ["WebSearch"],
    });
    expect(task).toMatchObject(given);
    expect(await get(task.id)).toEqual(task);
  });

  it.each([
    ["claude-runner", "claude-runner"],
    ["Claude", "claude-runner"],
    ["CLAUDECODE", "claude-runner"],
    ["birme-claude-runner", "claude-runner"],
    [" codex ", "codex-runner"],
    ["Codex-Runner", "codex-runner"],
    ["BIRME-codex-runner", "codex-runner"],
  ])("takes %j as the agent type %s, with that type's model", async (given, canonical) => {
    const task = await stack.createTask({ agentType: given });
    expect(task.agentType).toBe(canonical);
    expect(task.model).toBe(canonical === "codex-runner" ? "gpt-5.5" : "claude-sonnet-4-5");
  });

  it("may be Codex with a sandbox", async () => {
    const task = await stack.createTask({ agentType: "codex", sandbox: "read-only", model: "gpt-5.5-mini" });
    expect(task).toMatchObject({ sandbox: "read-only", model: "gpt-5.5-mini" });
  });

  it("gets its name once, however many ask at once", async () => {
    const body = { name: "Contested", prompt: "Mine." };
    const answers = await Promise.allSettled([1, 2, 3, 4, 5].map(() => stack.client.createTask({ body })));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ status: 409, code: "name_taken" });
    }
    const { items } = await stack.client.listTasks({ query: { name: "contested" } });
    expect(items.map(({ name }) => name)).toEqual(["Contested"]);
  });
});

describe("a change", () => {
  it("leaves what is absent and clears what is null", async () => {
    const task = await stack.createTask({
      description: "old",
      sourceUrl: "https://github.com/a/b",
      gitToken: canary,
      notificationEmail: "me@example.com",
      allowedTools: ["Read"],
      subPath: "a",
    });
    const same = await patch(task.id, {});
    expect(same).toEqual(task);
    const changed = await patch(task.id, { prompt: "New.", subPath: null, allowedTools: null, gitToken: null });
    expect(changed).toEqual({
      ...task,
      prompt: "New.",
      subPath: null,
      allowedTools: null,
      gitToken: { set: false },
      updatedAt: expect.any(String),
      version: expect.any(String),
    });
    expect(await get(task.id)).toEqual(changed);
  });

  it("never clears what a task must have", async () => {
    const { id } = await stack.createTask();
    const headers = await bearerOf(stack, "member");
    for (const field of [
      "name",
      "prompt",
      "agentType",
      "schedule",
      "maxTurns",
      "timeoutMinutes",
      "overlap",
      "enabled",
    ]) {
      const answer = await send(stack, "PATCH", `/api/tasks/${id}`, { headers, body: { [field]: null } });
      expect([field, answer.status, Object.keys(answer.json?.error?.fields ?? {})]).toEqual([field, 400, [field]]);
    }
  });

  it("of the agent type takes that type's model along, unless another was chosen", async () => {
    const plain = await stack.createTask();
    expect(await patch(plain.id, { agentType: "codex" })).toMatchObject({
      agentType: "codex-runner",
      model: "gpt-5.5",
    });
    const chosen = await stack.createTask({ model: "claude-opus-4-1" });
    expect(await patch(chosen.id, { agentType: "codex" })).toMatchObject({ model: "claude-opus-4-1" });
    expect(await patch(chosen.id, { model: null })).toMatchObject({ model: "gpt-5.5" });
  });

  it("of the agent type needs the fields cleared that no longer apply", async () => {
    const task = await stack.createTask({ allowedTools: ["Read"], disallowedTools: ["Bash"] });
    const refused = patch(task.id, { agentType: "codex" });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      fields: { allowedTools: expect.stringContaining("claude-runner"), disallowedTools: expect.any(String) },
    });
    expect(await get(task.id)).toEqual(task);
    const cleared = { agentType: "codex", allowedTools: null, disallowedTools: null, sandbox: "read-only" };
    expect(await patch(task.id, cleared)).toMatchObject({ ...cleared, agentType: "codex-runner" });
  });

  it("made at the same time as another is a conflict, and one of the two is there whole", async () => {
    const { id } = await stack.createTask();
    const old = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId: id }).go();
    const change = (input: TaskPatch) =>
      updateTask(stack.ctx, old.data as never, input, { by: { kind: "member", id: null, name: "ann" } });
    const answers = await Promise.allSettled([
      change({ description: "one", maxTurns: 1 }),
      change({ description: "two", maxTurns: 2 }),
    ]);
    const lost = answers.find((answer) => answer.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "conflict" });
    const { description, maxTurns } = await get(id);
    expect([
      ["one", 1],
      ["two", 2],
    ]).toContainEqual([description, maxTurns]);
  });

  it("asked for over HTTP by many at once is made, or answered with 409, and never half made", async () => {
    const { id } = await stack.createTask();
    const asked = [1, 2, 3, 4, 5, 6].map((n) => patch(id, { description: `d${n}`, maxTurns: n }));
    const answers = await Promise.allSettled(asked);
    const statuses = answers.map((answer) => (answer.status === "rejected" ? answer.reason.status : 200));
    expect(new Set([...statuses, 200, 409])).toEqual(new Set([200, 409]));
    const { description, maxTurns } = await get(id);
    expect(description).toBe(`d${maxTurns}`);
  });
});

describe("a name", () => {
  it("moves with a rename, in another case too, and the old one is free again", async () => {
    const task = await stack.createTask({ name: "First name" });
    expect((await patch(task.id, { name: "first NAME" })).name).toBe("first NAME");
    expect((await patch(task.id, { name: "Second name" })).name).toBe("Second name");
    const reused = await stack.createTask({ name: "FIRST NAME" });
    await expect(patch(task.id, { name: "first name" })).rejects.toMatchObject({ status: 409, code: "name_taken" });
    const found = async (name: string) => (await stack.client.listTasks({ query: { name } })).items.map(({ id }) => id);
    expect(await found(" second NAME ")).toEqual([task.id]);
    expect(await found("First Name")).toEqual([reused.id]);
    expect(await found("third")).toEqual([]);
  });

  it("is free again when its task is deleted, and the task is gone", async () => {
    const task = await stack.createTask({ name: "Short-lived" });
    await stack.client.deleteTask({ params: { taskId: task.id } });
    await expect(get(task.id)).rejects.toMatchObject({ status: 404 });
    await expect(patch(task.id, { prompt: "x" })).rejects.toMatchObject({ status: 404 });
    await expect(stack.client.deleteTask({ params: { taskId: task.id } })).rejects.toMatchObject({ status: 404 });
    const again = await stack.createTask({ name: "short-lived" });
    expect(again.id).not.toBe(task.id);
  });

  it("survives a change that races with the deletion: it is free, or its task is there", async () => {
    for (const round of [1, 2, 3, 4, 5]) {
      const { id } = await stack.createTask({ name: `race ${round}` });
      await Promise.allSettled([
        patch(id, { name: `raced ${round}` }),
        stack.client.deleteTask({ params: { taskId: id } }),
      ]);
      await expect(get(id)).rejects.toMatchObject({ status: 404 });
      for (const name of [`race ${round}`, `raced ${round}`])
        expect((await stack.createTask({ name })).name).toBe(name);
    }
  });

  it("in any script is taken once, whatever its case and however its letters are composed", async () => {
    const spellings = ["Kundmöte", "KUNDMÖTE", "kundmo\u0308te", " Kundmöte ", "KundmÖte"];
    const made = await Promise.allSettled(
      spellings.map((name) => stack.client.createTask({ body: { name, prompt: "x" } })),
    );
    const won = made.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(won).toHaveLength(1);
    for (const each of made) if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "name_taken" });
    const { id = "", name = "" } = won[0] ?? {};
    expect(name).toBe(name.normalize("NFC").trim());
    const found = await stack.client.listTasks({ query: { name: "kundmo\u0308TE" } });
    expect(found.items.map((task) => task.id)).toEqual([id]);
    expect(await patch(id, { name: "kundmöte" })).toMatchObject({ name: "kundmöte" });
    expect(await patch(id, { name: "Ежедневный отчёт" })).toMatchObject({ name: "Ежедневный отчёт" });
    const again = await stack.client.createTask({ body: { name: "Kundmöte", prompt: "x" } });
    await stack.client.deleteTask({ params: { taskId: again.id } });
    await stack.client.createTask({ body: { name: "kundmöte", prompt: "x" } });
  });

  it("may be taken in two workspaces", async () => {
    const other = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "other"));
    const body = { name: "For everybody", prompt: "x" };
    expect((await stack.client.createTask({ body })).id).not.toBe((await other.createTask({ body })).id);
  });
});

describe("the list of tasks", () => {
  it("is whole and in order over its pages, oldest first, while deleted ones are left out", async () => {
    const client = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "many tasks"));
    const made: string[] = [];
    for (let n = 0; n < 105; n += 1) made.push((await client.createTask({ body: { name: `t${n}`, prompt: "x" } })).id);
    for (const taskId of [made[3], made[50]]) await client.deleteTask({ params: { taskId: taskId ?? "" } });
    const expected = made.filter((_, n) => n !== 3 && n !== 50);
    for (const limit of [7, 100, undefined]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.listTasks({ query: { limit, cursor } });
        expect(page.items.length).toBeLessThanOrEqual(limit ?? 50);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(expected);
    }
  });
});
