import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runErrors } from "../../contract/run.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { bearer, bearerOf, everyRow, send } from "../support/api.ts";
import { everythingBelow } from "../support/files.ts";
import { freshSlot, slotRunId, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let admin: { authorization: string };
/** Shows up in no answer, row, log or file. */
const secret = "canary-of-a-variable-0123456789";

beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  admin = await bearerOf(stack, "admin");
  await storeCredential(stack);
});
afterAll(() => stack.close());

let count = 0;
async function create(values: Record<string, string> = { TOKEN: secret }, encrypted = true) {
  const store = await stack.client.createParameterStore({ body: { name: `store-${++count}`, encrypted, values } });
  return { ...store, key: store.configApiKey ?? "" };
}
const patch = (storeId: string, body: object) =>
  send(stack, "PATCH", `/api/parameter-stores/${storeId}`, { headers: admin, body });
const fieldsOf = (answer: { json?: { error?: { fields?: object } } }) => answer.json?.error?.fields;
const otherKey = `cfg_${"x".repeat(43)}`;

async function redeem(task: { parameterStore: string; parameterStoreKey?: string }) {
  const { id: taskId } = await stack.createTask(task);
  const { id } = await stack.client.runTask({ params: { taskId } });
  return { taskId, runId: id, runner: await playRunner(stack, id) };
}

describe("a parameter store", () => {
  it("is encrypted by default: its key is shown once, its names come back and its values never", async () => {
    const answer = await send(stack, "POST", "/api/parameter-stores", {
      headers: admin,
      body: { name: "first", values: { TOKEN: secret, A_1: "" } },
    });
    expect(answer.status).toBe(201);
    const { configApiKey, ...store } = answer.json as unknown as { configApiKey: string; id: string };
    expect(configApiKey).toMatch(/^cfg_[\w-]{43}$/);
    expect(store).toMatchObject({ name: "first", encrypted: true, names: ["A_1", "TOKEN"] });
    const list = await send(stack, "GET", "/api/parameter-stores", { headers: admin });
    expect(list.json?.items).toContainEqual(store);
    const changed = await patch(store.id, { remove: ["A_1"] });
    for (const text of [answer.text, list.text, changed.text]) expect(text).not.toContain(secret);
    for (const text of [list.text, changed.text]) expect(text).not.toContain(configApiKey);
  });

  it("has a key of its own, and two stores have two", async () => {
    const [one, other] = [await create(), await create()];
    expect(one.key).not.toBe(other.key);
    expect(fieldsOf(await patch(other.id, { set: { A: "b" }, configApiKey: one.key }))).toHaveProperty("configApiKey");
  });

  it("has no key when it is not encrypted", async () => {
    const store = await create({ TOKEN: secret }, false);
    expect(store).toMatchObject({ encrypted: false, configApiKey: null });
    expect((await patch(store.id, { set: { OTHER: "x" } })).status).toBe(200);
  });

  it("takes a name once, whatever its letters, and frees it when it is deleted", async () => {
    const { id } = await stack.client.createParameterStore({ body: { name: "Taken" } });
    const again = () => send(stack, "POST", "/api/parameter-stores", { headers: admin, body: { name: "tAKEN" } });
    expect(await again()).toMatchObject({
      status: 409,
      json: { error: { code: "name_taken", fields: { name: expect.any(String) } } },
    });
    const gone = await send(stack, "DELETE", `/api/parameter-stores/${id}`, { headers: admin });
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await send(stack, "DELETE", `/api/parameter-stores/${id}`, { headers: admin })).status).toBe(404);
    expect((await again()).status).toBe(201);
  });

  it("gives a name to one of many who ask at once", async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, () => stack.client.createParameterStore({ body: { name: "raced" } })),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is listed a page at a time, none twice and none left out", async () => {
    const made = await Promise.all([1, 2, 3].map(() => create({})));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stack.client.listParameterStores({ query: { limit: 2, cursor } });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
  });

  it("is changed by admins only", async () => {
    const { id } = await create();
    for (const role of ["viewer", "member"] as const) {
      const headers = await bearerOf(stack, role);
      const paths: [string, string, object?][] = [
        ["POST", "/api/parameter-stores", { name: `by-${role}` }],
        ["PATCH", `/api/parameter-stores/${id}`, { remove: ["TOKEN"] }],
        ["DELETE", `/api/parameter-stores/${id}`],
      ];
      for (const [method, path, body] of paths)
        expect((await send(stack, method, path, { headers, body })).json?.error?.code).toBe("forbidden");
    }
  });

  it("of another workspace is not there, and its name is free here", async () => {
    const workspaceId = await ensureWorkspace(stack.ctx, "another");
    const theirs = await stack.clientAs("admin", workspaceId);
    const { id, name } = await theirs.createParameterStore({ body: { name: "theirs", encrypted: false } });
    expect((await patch(id, { set: { A: "b" } })).status).toBe(404);
    await expect(stack.createTask({ parameterStore: name })).rejects.toMatchObject({
      code: "invalid_input",
      fields: { parameterStore: expect.any(String) },
    });
    await stack.client.createParameterStore({ body: { name } });
  });
});

describe("a variable that is called like a part of every object", () => {
  const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];

  it.each([true, false])("is one like others (encrypted: %s)", async (encrypted) => {
    const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const store = await create(values, encrypted);
    expect(store.names).toEqual([...names].sort());
    const change = { set: { constructor: "new" }, remove: ["toString"], ...(encrypted && { configApiKey: store.key }) };
    expect((await patch(store.id, change)).json).toMatchObject({ names: ["constructor", "hasOwnProperty", "valueOf"] });
    const key = encrypted ? { parameterStoreKey: store.key } : {};
    const { runner } = await redeem({ parameterStore: store.name, ...key });
    const { toString: _, ...left } = { ...values, constructor: "new" };
    expect(Object.entries(runner.order.secrets.environment).sort()).toEqual(Object.entries(left).sort());
  });

  it("is refused, not dropped, where it begins with two underscores", async () => {
    const { id, key } = await create();
    const values = '{"__proto__":"x"}';
    const made = await send(stack, "POST", "/api/parameter-stores", {
      headers: admin,
      body: `{"name":"proto","values":${values}}`,
    });
    const changed = await send(stack, "PATCH", `/api/parameter-stores/${id}`, {
      headers: admin,
      body: `{"set":${values},"configApiKey":"${key}"}`,
    });
    expect([made.status, Object.keys(fieldsOf(made) ?? {})]).toEqual([400, ["values.__proto__"]]);
    expect([changed.status, Object.keys(fieldsOf(changed) ?? {})]).toEqual([400, ["set.__proto__"]]);
  });
});

describe("a change of a parameter store", () => {
  it("sets and removes variables, and leaves the others", async () => {
    const { id, key } = await create({ KEEP: "kept", DROP: "x", CHANGE: "old" });
    const body = { set: { CHANGE: "new", ADD: "added" }, remove: ["DROP", "NEVER_THERE"], configApiKey: key };
    expect((await patch(id, body)).json).toMatchObject({ names: ["ADD", "CHANGE", "KEEP"] });
    const { name } = (await stack.client.listParameterStores({ query: { limit: 100 } })).items.find(
      (store) => store.id === id,
    ) as { name: string };
    const { runner } = await redeem({ parameterStore: name, parameterStoreKey: key });
    expect(runner.order.secrets.environment).toEqual({ KEEP: "kept", CHANGE: "new", ADD: "added" });
  });

  it("takes the key to set, and none to remove", async () => {
    const { id } = await create({ A: "1", B: "2" });
    expect(fieldsOf(await patch(id, { set: { C: "3" } }))).toHaveProperty("configApiKey");
    expect(fieldsOf(await patch(id, { set: { C: "3" }, configApiKey: otherKey }))).toHaveProperty("configApiKey");
    expect(fieldsOf(await patch(id, { remove: ["A"], configApiKey: otherKey }))).toHaveProperty("configApiKey");
    expect((await patch(id, { remove: ["A"] })).json).toMatchObject({ names: ["B"] });
  });

  it("that meets another one is refused, and the other one stays", async () => {
    const { id, key } = await create({});
    const sets = Array.from({ length: 6 }, (_, n) => patch(id, { set: { [`V${n}`]: "x" }, configApiKey: key }));
    const answers = await Promise.all(sets);
    const done = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ json }) => json?.error?.code === "conflict")).toHaveLength(6 - done);
    const { names } = (await patch(id, {})).json as unknown as { names: string[] };
    expect(names).toHaveLength(done);
  });
});

describe("bad input of a parameter store", () => {
  const big = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`V${n}`, "x".repeat(8192)]));
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, each) => [`V${each}`, "x"]));
  const reserved = ["PATH", "path", "LD_PRELOAD", "NODE_OPTIONS", "GIT_SSH", "ANTHROPIC_API_KEY", "https_proxy"];
  it.each<[string, object, RegExp]>([
    ["no name", { name: undefined }, /^name$/],
    ["a name with a space", { name: "a b" }, /^name$/],
    ["a name of 81 characters", { name: "n".repeat(81) }, /^name$/],
    ["an unknown field", { color: "red" }, /^color$/],
    ["a variable that begins with a digit", { values: { "1A": "x" } }, /^values/],
    ["a variable with an equals sign", { values: { "A=B": "x" } }, /^values/],
    ["a value with a null character", { values: { A: "a\0b" } }, /^values/],
    ["a value of 8193 characters", { values: { A: "x".repeat(8193) } }, /^values/],
    ["a value that is no text", { values: { A: 1 } }, /^values/],
    ["101 variables", { values: many(101) }, /^values/],
    ["more than 128 KB in all", { values: big }, /^values$/],
    ...reserved.map((name): [string, object, RegExp] => [
      `the reserved ${name}`,
      { values: { [name]: "x" } },
      /^values/,
    ]),
  ])("%s is refused with the field, and nothing is stored", async (_, change, field) => {
    const before = (await everyRow(stack)).length;
    const answer = await send(stack, "POST", "/api/parameter-stores", {
      headers: admin,
      body: { name: "fresh", ...change },
    });
    expect([answer.status, answer.json?.error?.code]).toEqual([400, "invalid_input"]);
    expect(Object.keys(fieldsOf(answer) ?? {})[0]).toMatch(field);
    expect((await everyRow(stack)).length).toBe(before);
  });

  it("as large as allowed is taken, whole, and not a byte more by changes", async () => {
    const { V0: _, ...most } = big;
    const fill = Object.keys(most).join("").length;
    const values = { ...most, V0: "x".repeat(8192 - fill - 2) };
    const store = await create(values);
    const more = await patch(store.id, { set: { V0: `${values.V0}x` }, configApiKey: store.key });
    expect(fieldsOf(more)).toHaveProperty("set");
    const { runner } = await redeem({ parameterStore: store.name, parameterStoreKey: store.key });
    expect(runner.order.secrets.environment).toEqual(values);
  });

  it("by changes over 100 variables, or that set and remove at once, is refused", async () => {
    const { id, key } = await create(many(100));
    expect(fieldsOf(await patch(id, { set: { MORE: "x" }, configApiKey: key }))).toHaveProperty("set");
    const both = await patch(id, { set: { V1: "x" }, remove: ["V1"], configApiKey: key });
    expect(fieldsOf(both)).toHaveProperty("remove");
  });
});

describe("a task with a parameter store", () => {
  it("says its store and that the key is set, never the key", async () => {
    const store = await create();
    const { key, name } = store;
    const task = await stack.createTask({ parameterStore: name.toUpperCase(), parameterStoreKey: key });
    expect(task).toMatchObject({ parameterStore: name, parameterStoreKey: { set: true, lastFour: key.slice(-4) } });
    const renamed = await stack.client.updateTask({
      params: { taskId: task.id },
      body: { name: "renamed", parameterStore: name },
    });
    expect(renamed.parameterStoreKey).toEqual(task.parameterStoreKey);
    const answers = ["/api/tasks?limit=100", `/api/tasks/${task.id}`];
    for (const path of answers) expect((await send(stack, "GET", path, { headers: admin })).text).not.toContain(key);
  });

  it("needs a store that is there and, if it is encrypted, the right key", async () => {
    const [store, open] = [await create(), await create({}, false)];
    const bad: [object, string][] = [
      [{ parameterStore: "nowhere" }, "parameterStore"],
      [{ parameterStore: "a b" }, "parameterStore"],
      [{ parameterStore: store.name }, "parameterStoreKey"],
      [{ parameterStore: store.name, parameterStoreKey: otherKey }, "parameterStoreKey"],
      [{ parameterStore: store.name, parameterStoreKey: "cfg_short" }, "parameterStoreKey"],
      [{ parameterStore: open.name, parameterStoreKey: store.key }, "parameterStoreKey"],
      [{ parameterStoreKey: store.key }, "parameterStoreKey"],
    ];
    const task = await stack.createTask();
    const before = await everyRow(stack);
    for (const [fields, field] of bad) {
      const body = { name: "never", prompt: "Hi.", ...fields };
      for (const answer of [
        await send(stack, "POST", "/api/tasks", { headers: admin, body }),
        await send(stack, "PATCH", `/api/tasks/${task.id}`, { headers: admin, body: fields }),
      ])
        expect([fields, answer.status, Object.keys(fieldsOf(answer) ?? {})]).toEqual([fields, 400, [field]]);
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it("keeps, changes and drops key and store together", async () => {
    const [store, other, open] = [await create(), await create(), await create({}, false)];
    const { id: taskId } = await stack.createTask({ parameterStore: store.name, parameterStoreKey: store.key });
    const change = (body: object) => stack.client.updateTask({ params: { taskId }, body });
    await expect(change({ parameterStore: other.name })).rejects.toMatchObject({
      fields: { parameterStoreKey: expect.any(String) },
    });
    await expect(change({ parameterStoreKey: null })).rejects.toMatchObject({
      fields: { parameterStoreKey: expect.any(String) },
    });
    const moved = await change({ parameterStore: other.name, parameterStoreKey: other.key });
    expect(moved).toMatchObject({ parameterStore: other.name, parameterStoreKey: { lastFour: other.key.slice(-4) } });
    expect(await change({ parameterStore: open.name })).toMatchObject({ parameterStoreKey: { set: false } });
    await change({ parameterStore: store.name, parameterStoreKey: store.key });
    const cleared = await change({ parameterStore: null });
    expect(cleared).toMatchObject({ parameterStore: null, parameterStoreKey: { set: false } });
    expect(await change({ parameterStoreKey: null })).toMatchObject({ parameterStoreKey: { set: false } });
  });
});

describe("a run with a parameter store", () => {
  const values = { TOKEN: secret, MULTI: "two\nlines", EMPTY: "" };

  it.each([true, false])("gets every variable with its ticket (encrypted: %s)", async (encrypted) => {
    const store = await create(values, encrypted);
    const key = encrypted ? { parameterStoreKey: store.key } : {};
    const { runner } = await redeem({ parameterStore: store.name, ...key });
    expect(runner.order.secrets.environment).toEqual(values);
    await runner.complete();
  });

  it("gets none without a store", async () => {
    const { id: taskId } = await stack.createTask();
    const { id } = await stack.client.runTask({ params: { taskId } });
    expect((await playRunner(stack, id)).order.secrets.environment).toEqual({});
  });

  async function expectLocked(taskId: string, runId?: string) {
    const id = runId ?? (await stack.client.runTask({ params: { taskId } })).id;
    const run = await stack.client.getRun({ params: { runId: id } });
    const [message, nextStep] = runErrors.PARAMETER_STORE_LOCKED;
    expect(run).toMatchObject({ status: "FAILED", error: { code: "PARAMETER_STORE_LOCKED", message, nextStep } });
    return run;
  }

  it("fails before a container is started when its store is gone, by hand and by schedule", async () => {
    const store = await create();
    const task = await stack.createTask({
      parameterStore: store.name,
      parameterStoreKey: store.key,
      schedule: { type: "cron", expression: "0 * * * *" },
    });
    await stack.client.deleteParameterStore({ params: { storeId: store.id } });
    expect((await expectLocked(task.id)).claimedAt).toBeNull();
    const slot = freshSlot();
    await stack.invoke("dispatcher", { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() });
    expect((await expectLocked(task.id, slotRunId(task.id, slot))).claimedAt).toBeNull();
  });

  it("fails when it redeems its ticket after the store went, or was made anew with another key", async () => {
    const store = await create();
    const { id: taskId } = await stack.createTask({ parameterStore: store.name, parameterStoreKey: store.key });
    const { id: runId } = await stack.client.runTask({ params: { taskId } });
    await stack.client.deleteParameterStore({ params: { storeId: store.id } });
    await stack.client.createParameterStore({ body: { name: store.name, values: { TOKEN: "another" } } });
    const ticket = bearer(await ticketOf(stack.ctx, runId, 1));
    const answer = await send(stack, "POST", `/api/runs/${runId}/redeem`, { headers: ticket, body: {} });
    expect([answer.status, answer.json?.error?.code]).toEqual([409, "conflict"]);
    expect(answer.text).not.toContain("another");
    await expectLocked(taskId, runId);
  });

  it("gets nothing when one value was tampered with", async () => {
    const store = await create({ A: "one", B: "two" }, false);
    const { parameterStore } = stack.ctx.table.entities;
    const place = { workspaceId: stack.workspaceId, storeId: store.id };
    const { data } = await parameterStore.get(place).go();
    const { A = "", B = "" } = data?.values ?? {};
    await parameterStore
      .patch(place)
      .set({ values: { A: B, B: A } })
      .go();
    const { id: taskId } = await stack.createTask({ parameterStore: store.name });
    const { id: runId } = await stack.client.runTask({ params: { taskId } });
    await expect(playRunner(stack, runId)).rejects.toMatchObject({ code: "conflict" });
    await expectLocked(taskId, runId);
  });

  it("leaves neither value nor key in a row or in a file of the machine", async () => {
    const store = await create();
    const { runner } = await redeem({ parameterStore: store.name, parameterStoreKey: store.key });
    expect(runner.order.secrets.environment.TOKEN).toBe(secret);
    const rows = (await everyRow(stack)).join("\n");
    const files = everythingBelow(stack.dir).map(({ text }) => text);
    expect(rows).toContain(store.id);
    for (const text of [rows, ...files]) {
      for (const hidden of [secret, Buffer.from(secret).toString("base64").slice(0, -4), store.key])
        expect(text.includes(hidden)).toBe(false);
    }
  });
});
