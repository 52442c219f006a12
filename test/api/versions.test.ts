import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearerOf, everyRow, send } from "../support/api.ts";
import { storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let admin: { authorization: string };
beforeAll(async () => {
  stack = await startStack();
  admin = await bearerOf(stack, "admin");
  await storeCredential(stack);
});
afterAll(() => stack.close());

const ask = (method: string, path: string, body?: object, ifMatch?: string) =>
  send(stack, method, path, {
    body,
    headers: { ...admin, ...(ifMatch !== undefined && { "if-match": ifMatch }) },
  });

let count = 0;
const next = () => `made-${++count}`;

/** A task and a parameter store, each with a change that takes effect every time. */
const kinds = {
  async task() {
    const created = await ask("POST", "/api/tasks", { name: next(), prompt: "Say hello." });
    const { id } = created.json as unknown as { id: string };
    return { path: `/api/tasks/${id}`, created, change: (text: string) => ({ description: text }) };
  },
  async "parameter store"() {
    const body = { name: next(), encrypted: false };
    const created = await ask("POST", "/api/parameter-stores", body);
    const { id } = created.json as unknown as { id: string };
    return { path: `/api/parameter-stores/${id}`, created, change: (text: string) => ({ set: { A: text } }) };
  },
};
const etagOf = (answer: { headers: Headers }) => answer.headers.get("etag") ?? "none";

describe.each(Object.entries(kinds))("a %s", (noun, make) => {
  it("is answered with its version as the ETag, and each change has another one", async () => {
    const { path, created, change } = await make();
    const changed = await ask("PATCH", path, change("one"), etagOf(created));
    expect(changed.status).toBe(200);
    for (const answer of [created, changed]) {
      expect(etagOf(answer)).toBe(`"${(answer.json as unknown as { version: string }).version}"`);
    }
    expect(etagOf(changed)).not.toBe(etagOf(created));
    expect(etagOf(await ask("PATCH", path, change("one")))).toBe(etagOf(changed));
  });

  it("that somebody else has changed is neither changed nor deleted by who read it before", async () => {
    const { path, created, change } = await make();
    await ask("PATCH", path, change("theirs"));
    const before = await everyRow(stack);
    for (const [method, body] of [["PATCH", change("mine")], ["DELETE"]] as const) {
      const answer = await ask(method, path, body, etagOf(created));
      expect(answer).toMatchObject({ status: 412, json: { error: { code: "precondition_failed" } } });
      expect(answer.json?.error?.message).toMatch(
        new RegExp(`^The ${noun} was changed since you read it.*read it again`),
      );
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it("that two change at once with what they read is changed by one of them", async () => {
    const { path, created, change } = await make();
    const answers = await Promise.all(["a", "b", "c"].map((text) => ask("PATCH", path, change(text), etagOf(created))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it("takes one of several versions, any, and one that a proxy has made weak", async () => {
    const { path, created, change } = await make();
    const second = await ask("PATCH", path, change("one"), `"other", ${etagOf(created)}`);
    const third = await ask("PATCH", path, change("two"), `W/${etagOf(second)}`);
    expect([second.status, third.status]).toEqual([200, 200]);
    expect((await ask("PATCH", path, change("three"), "*")).status).toBe(200);
    expect((await ask("DELETE", path, undefined, etagOf(third))).status).toBe(412);
    expect((await ask("DELETE", path)).status).toBe(204);
    expect((await ask("PATCH", path, change("four"), "*")).status).toBe(404);
  });

  it("is told an If-Match that is no ETag", async () => {
    const { path, change } = await make();
    for (const wrong of ["", "unquoted", '"half', '"one" "two"', '"one",']) {
      const answer = await ask("PATCH", path, change("x"), wrong);
      expect([wrong, answer.status, Object.keys(answer.json?.error?.fields ?? {})]).toEqual([wrong, 400, ["If-Match"]]);
    }
  });
});

describe("the version of a task", () => {
  it("is the same in every answer, whatever its runs do", async () => {
    const { path, created } = await kinds.task();
    const { id: taskId, version } = created.json as unknown as { id: string; version: string };
    const { id } = await stack.client.runTask({ params: { taskId } });
    await (await playRunner(stack, id)).complete({ result: "Hello." });
    const read = await ask("GET", path);
    const { items } = await stack.client.listTasks({ query: { limit: 100 } });
    expect([etagOf(read), items.find((task) => task.id === taskId)?.version]).toEqual([`"${version}"`, version]);
  });

  it("is sent by the typed client, which throws what was refused", async () => {
    const { id: taskId, version } = await stack.createTask();
    const change = (description: string) =>
      stack.client.updateTask({ params: { taskId }, body: { description }, ifMatch: version });
    await change("one");
    await expect(change("two")).rejects.toMatchObject({ status: 412, code: "precondition_failed" });
  });
});

describe("a change that leaves everything as it is", () => {
  it("of a task writes nothing, also with its secrets sent again", async () => {
    const { configApiKey: parameterStoreKey } = await stack.client.createParameterStore({ body: { name: "kept" } });
    const given = {
      description: "Same.",
      sourceUrl: "https://github.com/a/b",
      gitToken: "ghp_0123456789",
      allowedTools: ["Read"],
      parameterStore: "kept",
      parameterStoreKey,
      enabled: true,
    };
    const { id: taskId } = await stack.createTask(given);
    const task = await stack.client.getTask({ params: { taskId } });
    const before = await everyRow(stack);
    for (const body of [{}, given, { name: task.name, prompt: task.prompt, model: null, subPath: null }]) {
      expect(await stack.client.updateTask({ params: { taskId }, body })).toEqual(task);
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it.each([true, false])("of a parameter store writes nothing (encrypted: %s)", async (encrypted) => {
    const { id: storeId, configApiKey } = await stack.client.createParameterStore({
      body: { name: `same-${encrypted}`, encrypted, values: { A: "1", B: "2" } },
    });
    const key = configApiKey === null ? {} : { configApiKey };
    const before = await everyRow(stack);
    for (const change of [{}, { remove: ["NONE"] }, { set: { A: "1" }, remove: ["C"] }]) {
      await stack.client.updateParameterStore({ params: { storeId }, body: { ...change, ...key } });
    }
    expect(await everyRow(stack)).toEqual(before);
    await stack.client.updateParameterStore({ params: { storeId }, body: { set: { A: "1", B: "3" }, ...key } });
    expect(await everyRow(stack)).not.toEqual(before);
  });
});
