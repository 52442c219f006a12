import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askProvider } from "../../core/credential/check.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { startScriptedModel } from "../../local/scripted-model.ts";
import { bearerOf, everyRow, send } from "../support/api.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** What the provider that stands in does, told by the credential it is shown. */
const keys = {
  accepted: "sk-ant-api03-accepted-0123456789",
  revoked: "sk-ant-api03-revoked-0123456789",
  forbidden: "sk-ant-api03-forbidden-0123456789",
  broken: "sk-ant-api03-broken-0123456789",
  limited: "sk-ant-api03-limited-0123456789",
  moved: "sk-ant-api03-moved-0123456789",
  cutOff: "sk-ant-api03-cut-off-0123456789",
  hanging: "sk-ant-api03-hanging-0123456789",
};
const statuses: Record<string, number> = {
  [keys.revoked]: 401,
  [keys.forbidden]: 403,
  [keys.broken]: 500,
  [keys.limited]: 429,
  [keys.moved]: 302,
};

let stack: Stack;
let admin: { authorization: string };
let provider: Awaited<ReturnType<typeof startProvider>>;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
/** Keys that the provider takes back while the tests go on. */
const takenBack = new Set<string>();

async function startProvider() {
  const asked: { path: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url, headers: request.headers });
    const { "x-api-key": apiKey, authorization = "" } = request.headers;
    const key = String(apiKey ?? authorization.replace(/^Bearer /, ""));
    if (key === keys.hanging) return;
    if (key === keys.cutOff) return void request.socket.destroy();
    response.writeHead(takenBack.has(key) ? 401 : (statuses[key] ?? 200), { location: "http://127.0.0.1:9/elsewhere" });
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

beforeAll(async () => {
  provider = await startProvider();
  model = await startScriptedModel([], "Hello.");
  stack = await startStack({
    standIns: [
      { host: "api.anthropic.com", url: model.url, forKey: "sk-ant-demo-key" },
      { host: "api.anthropic.com", url: provider.url },
      { host: "api.openai.com", url: `${provider.url}/` },
    ],
  });
  admin = await bearerOf(stack, "admin");
});
afterAll(async () => {
  await stack.close();
  await model.close();
  provider.close();
});

const put = (value: string, change: object = {}, agent = "claude-runner") =>
  send(stack, "PUT", `/api/credentials/${agent}`, {
    headers: admin,
    body: { kind: "anthropicapikey", value, ...change },
  });
const check = (agent = "claude-runner") => send(stack, "POST", `/api/credentials/${agent}/check`, { headers: admin });

describe("saving a credential", () => {
  it("asks its provider, and tells what it said and when", async () => {
    const answer = await put(keys.accepted);
    expect(answer.json).toMatchObject({ check: "accepted", lastFour: "6789", tasks: [] });
    const { checkedAt } = answer.json as unknown as { checkedAt: string };
    expect(Math.abs(Date.now() - Date.parse(checkedAt))).toBeLessThan(60_000);
    const { items } = await stack.client.listCredentials();
    expect(items).toEqual([answer.json]);
    expect(provider.asked.at(-1)).toMatchObject({
      path: "/v1/models",
      headers: { "x-api-key": keys.accepted, "anthropic-version": "2023-06-01" },
    });
    expect(provider.asked.at(-1)?.headers.authorization).toBeUndefined();
  });

  it.each(["revoked", "forbidden"] as const)("that is %s is refused, and nothing is stored", async (name) => {
    await put(keys.accepted);
    const before = await everyRow(stack);
    const answer = await put(keys[name]);
    expect([answer.status, answer.json?.error?.code]).toEqual([409, "credential_refused"]);
    expect(answer.json?.error?.fields).toEqual({ value: expect.any(String) });
    expect(answer.text).not.toContain(keys[name]);
    expect(await everyRow(stack)).toEqual(before);
    const { id: taskId } = await stack.createTask();
    const { id } = await stack.client.runTask({ params: { taskId } });
    const { order, complete } = await playRunner(stack, id);
    expect(order.secrets.credential).toEqual({ kind: "anthropicapikey", value: keys.accepted });
    await complete();
  });

  it("by force stores it all the same, and says that it was refused", async () => {
    const answer = await put(keys.revoked, { force: true });
    expect([answer.status, answer.json]).toEqual([200, expect.objectContaining({ check: "refused" })]);
    expect((await put(keys.accepted, { force: true })).json).toMatchObject({ check: "accepted" });
  });

  it.each(["broken", "limited", "moved", "cutOff"] as const)(
    "with a provider that is %s stores it, and says that nobody knows",
    async (name) => {
      expect((await put(keys[name])).json).toMatchObject({ check: "unknown", lastFour: "6789" });
    },
  );

  it("gives a provider that does not answer its time and no more", async () => {
    const ctx = { ...stack.ctx, config: { ...stack.ctx.config, standIns: [standIn()] } };
    expect(await askProvider(ctx, { kind: "anthropicapikey", value: keys.hanging }, 50)).toBe("unknown");
  });

  it("shows each provider the credential as that provider wants it", async () => {
    await put("sk-ant-oat01-token-0123456789", { kind: "claudeoauthtoken" });
    expect(provider.asked.at(-1)?.headers).toMatchObject({
      authorization: "Bearer sk-ant-oat01-token-0123456789",
      "anthropic-beta": "oauth-2025-04-20",
    });
    await put("sk-proj-0123456789", { kind: "openaikey" }, "codex");
    expect(provider.asked.at(-1)).toMatchObject({
      path: "/v1/models",
      headers: { authorization: "Bearer sk-proj-0123456789" },
    });
    expect(provider.asked.at(-1)?.headers["x-api-key"]).toBeUndefined();
  });

  it("asks what stands in for the provider with this credential, and only with this one", async () => {
    const before = provider.asked.length;
    expect((await put("sk-ant-demo-key")).json).toMatchObject({ check: "accepted" });
    expect(provider.asked.length).toBe(before);
  });

  it("asks nobody when it is not of a kind the agent type takes", async () => {
    const before = provider.asked.length;
    expect((await put("sk-proj-0123456789", { kind: "openaikey" })).json?.error?.fields).toHaveProperty("kind");
    expect((await put(keys.accepted, { force: "yes" })).json?.error?.fields).toHaveProperty("force");
    expect(provider.asked.length).toBe(before);
  });
});

describe("checking a stored credential", () => {
  it("asks again and keeps the answer", async () => {
    await put(keys.accepted);
    takenBack.add(keys.accepted);
    expect((await check()).json).toMatchObject({ check: "refused", lastFour: "6789" });
    const { items } = await stack.client.listCredentials();
    expect(items.find(({ agentType }) => agentType === "claude-runner")).toMatchObject({ check: "refused" });
    takenBack.delete(keys.accepted);
    expect((await check("claude")).json).toMatchObject({ check: "accepted" });
  });

  it("that is not there is not found, and viewers and members may not ask", async () => {
    await send(stack, "DELETE", "/api/credentials/codex", { headers: admin });
    expect((await check("codex")).status).toBe(404);
    expect((await check("gemini")).status).toBe(400);
    for (const role of ["viewer", "member"] as const) {
      const headers = await bearerOf(stack, role);
      const answer = await send(stack, "POST", "/api/credentials/claude/check", { headers });
      expect(answer.json?.error?.code).toBe("forbidden");
    }
  });
});

describe("the tasks of a credential", () => {
  it("are the enabled ones of its agent type, twenty of them at most", async () => {
    const client = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "users"));
    const add = (name: string, change = {}) => client.createTask({ body: { name, prompt: "Hi.", ...change } });
    await add("uses it");
    await add("is disabled", { enabled: false });
    await add("uses another", { agentType: "codex" });
    const { id: taskId } = await add("is gone");
    await client.deleteTask({ params: { taskId } });
    const body = { kind: "anthropicapikey", value: keys.accepted } as const;
    expect((await client.putCredential({ params: { agentType: "claude" }, body })).tasks).toEqual(["uses it"]);
    for (let n = 0; n < 20; n += 1) await add(`more ${n}`);
    expect((await client.listCredentials()).items[0]?.tasks).toHaveLength(20);
  });
});

function standIn() {
  return { host: "api.anthropic.com", url: provider.url };
}
