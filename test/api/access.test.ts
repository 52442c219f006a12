import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRole, type Role, roles } from "../../contract/access.ts";
import { createKey } from "../../core/key/key.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { bearer, bearerOf, everyOperation, everyRow, pathOf, send } from "../support/api.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
const headersOf = {} as Record<"viewer" | "member" | "admin", { authorization: string }>;
let theirs: { taskId: string; runId: string; keyId: string; storeId: string };
let ours: typeof theirs;

async function belongings(workspaceId: string): Promise<typeof theirs> {
  const client = await stack.clientAs("admin", workspaceId);
  await client.putCredential({ params: { agentType: "claude" }, body: { kind: "anthropicapikey", value: canary } });
  const { id: taskId } = await client.createTask({ body: { name: "one", prompt: "Say hello." } });
  const { id: runId } = await client.runTask({ params: { taskId } });
  const { id: keyId } = await client.createKey({ body: { name: "spare" } });
  const { id: storeId } = await client.createParameterStore({ body: { name: "settings" } });
  return { taskId, runId, keyId, storeId };
}

beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  for (const role of ["viewer", "member", "admin"] as const) headersOf[role] = await bearerOf(stack, role);
  ours = await belongings(stack.workspaceId);
  theirs = await belongings(await ensureWorkspace(stack.ctx, "somebody else's"));
});
afterAll(() => stack.close());

const forMembers = everyOperation.filter(({ access }) => (roles as readonly string[]).includes(access));
const forRunners = everyOperation.filter(({ access }) => access === "ticket" || access === "claim-token");

describe("an operation that needs a role", () => {
  const refused = forMembers.flatMap(({ name, access, ...operation }) =>
    (["viewer", "member"] as const)
      .filter((role) => !hasRole(role, access as Role))
      .map((role) => ({ name, role, access, ...operation })),
  );

  it("is refused for each role below, with the role it needs, and changes nothing", async () => {
    expect(refused.map(({ name, role }) => `${role} ${name}`)).toContain("member createKey");
    const before = await everyRow(stack);
    for (const { role, access, method, ...operation } of refused) {
      const path = pathOf({ method, access, ...operation }, { ...ours, agentType: "claude" });
      const answer = await send(stack, method, path, { headers: headersOf[role], ...(operation.body && { body: {} }) });
      expect([operation.name, role, answer.status, answer.json?.error?.code]).toEqual([
        operation.name,
        role,
        403,
        "forbidden",
      ]);
      expect(answer.json?.error?.message).toContain(`needs the role ${access}`);
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it.each(forMembers.filter(({ method, output }) => method === "GET" && output))(
    "answers $name to the least role that may ask, in the shape of the contract",
    async (operation) => {
      const path = pathOf(operation, { ...ours, agentType: "claude" });
      const headers = headersOf[operation.access as "viewer" | "admin"];
      const query = operation.name === "getCosts" ? "?from=2026-11-01&to=2026-11-30" : "";
      const answer = await send(stack, "GET", path + query, { headers });
      expect(answer.status).toBe(200);
      expect(operation.output?.safeParse(answer.json).error).toBeUndefined();
    },
  );

  it("is 401 without credentials, and with ones that are no good", async () => {
    const { secret, id } = await createKey(stack.ctx, stack.workspaceId, {
      name: "short",
      role: "admin",
      autonomy: 0,
      expiresInDays: 1,
    });
    const bad: Record<string, string>[] = [
      {},
      bearer("ek_live_nothing"),
      bearer(`${secret}x`),
      bearer(secret.slice(0, -1)),
      bearer(id),
      { authorization: secret },
      { authorization: `Basic ${Buffer.from(`me:${secret}`).toString("base64")}` },
      { authorization: "Bearer" },
      { cookie: "errand_session=a.b.c" },
    ];
    const before = await everyRow(stack);
    for (const operation of [...forMembers, ...forRunners]) {
      const path = pathOf(operation, { ...ours, agentType: "claude" });
      for (const headers of operation.name === "listTasks" ? bad : bad.slice(0, 2)) {
        const body = operation.name === "completeRun" ? { outcome: "DONE" } : operation.body && {};
        const answer = await send(stack, operation.method, path, { headers, body });
        expect([operation.name, answer.status, answer.json?.error?.code]).toEqual([
          operation.name,
          401,
          "unauthenticated",
        ]);
      }
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it("asks who it is before it looks at what is sent", async () => {
    const answer = await send(stack, "POST", "/api/tasks", { body: "{", headers: { "content-type": "text/plain" } });
    expect(answer.status).toBe(401);
  });
});

describe("an id in a path", () => {
  const withId = forMembers.filter(({ path }) => /\{\w+Id\}/.test(path));
  const unknown = (id: string) => `${id.slice(0, -4)}${id.endsWith("ZZZZ") ? "YYYY" : "ZZZZ"}`;

  it.each(withId)("of somebody else, of nothing or of the wrong kind is not found by $name", async (operation) => {
    const rightBody = { updateTask: { prompt: "Mine now." }, updateParameterStore: {} }[operation.name];
    const { taskId, runId } = ours;
    const each = (change: (id: string) => string) =>
      Object.fromEntries(Object.entries(ours).map(([name, id]) => [name, change(id)]));
    const wrongs = {
      "somebody else's": theirs,
      "of nothing": each(unknown),
      "of the wrong kind": { ...each(() => taskId), taskId: runId },
      "in small letters": each((id) => id.toLowerCase()),
      "no id": { taskId: "one", runId: "latest", keyId: "*", storeId: "settings" },
    };
    const before = await everyRow(stack);
    for (const [what, params] of Object.entries(wrongs)) {
      const path = pathOf(operation, params);
      const answer = await send(stack, operation.method, path, { headers: headersOf.admin, body: rightBody });
      expect([what, answer.status, answer.json?.error?.code]).toEqual([what, 404, "not_found"]);
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it("of somebody else shows in no list", async () => {
    const lists = ["/api/tasks", "/api/tasks?name=one", "/api/runs", "/api/runs?status=CLAIMED", "/api/keys"];
    const others = ["/api/parameter-stores", "/api/overview", "/api/live", `/api/runs?taskId=${theirs.taskId}`];
    for (const path of [...lists, ...others]) {
      const { text } = await send(stack, "GET", path, { headers: headersOf.admin });
      for (const id of Object.values(theirs)) expect(text).not.toContain(id);
    }
  });

  it("a cursor of somebody else's list is refused", async () => {
    const client = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "somebody else's"));
    const { nextCursor } = await client.listKeys({ query: { limit: 1 } });
    const path = `/api/keys?cursor=${encodeURIComponent(nextCursor ?? "")}`;
    const answer = await send(stack, "GET", path, { headers: headersOf.admin });
    expect(answer).toMatchObject({ status: 400, json: { error: { fields: { cursor: expect.any(String) } } } });
  });
});

describe("an API key", () => {
  const use = async (secret: string) => (await send(stack, "GET", "/api/session", { headers: bearer(secret) })).status;

  it("works until it is revoked", async () => {
    const { secret, id } = await stack.client.createKey({ body: { name: "ci", role: "viewer" } });
    expect(secret).toMatch(/^ek_live_[0-9A-Z]{26}_[\w-]{43}$/);
    expect(await use(secret)).toBe(200);
    await stack.client.deleteKey({ params: { keyId: id } });
    expect(await use(secret)).toBe(401);
    expect((await stack.client.listKeys()).items.map((key) => key.id)).not.toContain(id);
    await expect(stack.client.deleteKey({ params: { keyId: id } })).rejects.toMatchObject({ status: 404 });
  });

  it("works until it expires", async () => {
    const input = { name: "old", role: "admin", autonomy: 0, expiresInDays: 1 } as const;
    const expired = await createKey(stack.later(-86_400 - 5), stack.workspaceId, input);
    const living = await createKey(stack.later(-86_400 + 600), stack.workspaceId, input);
    expect([await use(expired.secret), await use(living.secret)]).toEqual([401, 200]);
  });

  it("tells who it is, and gives no CSRF token because it needs none", async () => {
    const key = await stack.client.createKey({ body: { name: "robot", role: "member", expiresInDays: 7 } });
    const { json } = await send(stack, "GET", "/api/session", { headers: bearer(key.secret) });
    expect(json).toEqual({
      workspaceId: stack.workspaceId,
      name: "robot",
      role: "member",
      via: "key",
      csrfToken: null,
      expiresAt: key.expiresAt,
    });
    expect(Date.parse(key.expiresAt ?? "") - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  });

  it("of autonomy 0 may read all that its role may, and change nothing", async () => {
    const { secret } = await stack.client.createKey({ body: { name: "reader", role: "admin", autonomy: 0 } });
    const isRead = ({ method, access }: { method: string; access: string }) => method === "GET" || access === "viewer";
    const before = await everyRow(stack);
    for (const operation of forMembers.filter(({ access }) => hasRole("admin", access as Role))) {
      const path = pathOf(operation, { ...ours, agentType: "claude" });
      const answer = await send(stack, operation.method, path, {
        headers: bearer(secret),
        ...(operation.body && { body: operation.name === "previewSchedule" ? { type: "manual" } : {} }),
      });
      if (isRead(operation)) expect([operation.name, answer.status]).not.toEqual([operation.name, 403]);
      else expect([operation.name, answer.json?.error?.code]).toEqual([operation.name, "forbidden"]);
      if (!isRead(operation))
        expect(answer.json?.error?.message).toMatch(/autonomy 0.*may only read.*errand key create/);
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it.each([1, 2, 3])("of autonomy %i may change what its role may", async (autonomy) => {
    const { secret } = await stack.client.createKey({ body: { name: "writer", autonomy } });
    const body = { name: `by autonomy ${autonomy}`, prompt: "Hi." };
    expect((await send(stack, "POST", "/api/tasks", { headers: bearer(secret), body })).status).toBe(201);
    const refused = await send(stack, "POST", "/api/keys", { headers: bearer(secret), body: { name: "more" } });
    expect(refused.json?.error?.message).toContain("needs the role admin");
  });

  it("has by default the role member, autonomy 1 and no expiry", async () => {
    const key = await stack.client.createKey({ body: { name: "plain" } });
    expect(key).toMatchObject({ role: "member", autonomy: 1, expiresAt: null, lastFour: key.secret.slice(-4) });
  });

  it("is listed without its secret, a page at a time, none twice and none left out", async () => {
    const made = await Promise.all([1, 2, 3, 4].map((n) => stack.client.createKey({ body: { name: `paged ${n}` } })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stack.client.listKeys({ query: { limit: 2, cursor } });
      seen.push(...page.items.map((key) => key.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map((key) => key.id)));
  });
});
