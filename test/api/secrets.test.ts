import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { unseal } from "../../core/workspace/seal.ts";
import { readable } from "../../local/mail-file.ts";
import { bearer, bearerOf, everyOperation, everyRow, pathOf, send } from "../support/api.ts";
import { rawMails } from "../support/mail.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** What must never be seen again once it has been handed in. */
const secrets = {
  gitToken: "ghp_canaryGITtokenCANARY0123456789abcdef",
  newGitToken: "ghp_secondCANARYgitTOKEN0123456789abcdef",
  claude: "sk-ant-api03-canaryCLAUDEcanary0123456789",
  codex: "sk-proj-canaryCODEXcanary0123456789",
};

let stack: Stack;
let said: string[];
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
beforeEach(() => {
  said = [];
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, level).mockImplementation((...parts) => void said.push(parts.map(String).join(" ")));
  }
});
afterEach(() => vi.restoreAllMocks());

/** A secret in any of the spellings that one could hide in. */
function expectNone(texts: string[], what: string, extra: string[] = []): void {
  for (const secret of [...Object.values(secrets), ...extra]) {
    const spellings = [
      secret,
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      Buffer.from(secret).toString("hex"),
    ];
    for (const text of texts) {
      for (const spelling of spellings)
        expect(text.includes(spelling), `${spelling} in ${what}: ${text.slice(0, 200)}`).toBe(false);
    }
  }
}

describe("what is handed in and never comes back", () => {
  it("is in no answer of any operation, no row, no e-mail and no log of the functions", async () => {
    const headers = await bearerOf(stack, "admin");
    const answers: string[] = [];
    const ask = async (method: string, path: string, body?: unknown, as: Record<string, string> = headers) => {
      const answer = await send(stack, method, path, { headers: as, body });
      answers.push(answer.text, JSON.stringify([...answer.headers]));
      return answer.json as unknown as Record<string, never> & { id: string; secret: string; claimToken: string };
    };
    await ask("PUT", "/api/credentials/claude", { kind: "anthropicapikey", value: secrets.claude });
    await ask("PUT", "/api/credentials/codex", { kind: "openaikey", value: secrets.codex });
    const body = { prompt: "x", gitToken: secrets.gitToken, notificationEmail: "me@example.com" };
    const { id: taskId } = await ask("POST", "/api/tasks", { ...body, name: "with a token" });
    const key = (await send(stack, "POST", "/api/keys", { headers, body: { name: "k" } })).json as unknown as {
      id: string;
      secret: string;
    };
    const { id: runId } = await ask("POST", `/api/tasks/${taskId}/runs`);

    const ticket = await ticketOf(stack.ctx, runId, 1);
    const order = await send(stack, "POST", `/api/runs/${runId}/redeem`, { headers: bearer(ticket), body: {} });
    const { claimToken } = order.json as unknown as { claimToken: string };
    expect(order.json).toMatchObject({
      secrets: { credential: { kind: "anthropicapikey", value: secrets.claude }, gitToken: secrets.gitToken },
    });
    await ask("PATCH", `/api/runs/${runId}/progress`, { progressText: "half" }, bearer(claimToken));
    await ask("PATCH", `/api/runs/${runId}/complete`, { outcome: "FAILED", result: "r" }, bearer(claimToken));

    await ask("PATCH", `/api/tasks/${taskId}`, { gitToken: secrets.newGitToken });
    await ask("PATCH", `/api/tasks/${taskId}`, { gitToken: `${secrets.newGitToken} with a space` });
    await ask("PUT", "/api/credentials/claude", { kind: "openaikey", value: secrets.claude });
    await ask("POST", "/api/tasks", { ...body, name: "with a token" });
    await ask("POST", "/api/tasks", { ...body, name: "broken", maxTurns: "many" });
    const params = { taskId, runId, keyId: key.id, agentType: "claude" };
    for (const operation of everyOperation.filter(({ method }) => method === "GET")) {
      await ask("GET", pathOf(operation, params));
    }
    await ask("POST", `/api/runs/${runId}/retry`);

    const issued = [key.secret, claimToken, ticket, headers.authorization.slice("Bearer ".length)];
    expectNone(answers, "an answer", issued);
    expectNone(await everyRow(stack), "a row", issued);
    expectNone(rawMails(stack).map(readable), "an e-mail", issued);
    expectNone(said, "a log", issued);
    expect(rawMails(stack)).toHaveLength(1);

    const { data: row } = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId }).go();
    expect(Buffer.from(row?.gitToken ?? "", "base64")[0]).toBe(1);
    const shown = await stack.client.getTask({ params: { taskId } });
    expect(shown.gitToken).toEqual({ set: true, lastFour: "cdef" });
    const { items } = await stack.client.listCredentials();
    expect(items.map(({ agentType, kind, lastFour }) => [agentType, kind, lastFour])).toEqual([
      ["claude-runner", "anthropicapikey", "6789"],
      ["codex-runner", "openaikey", "6789"],
    ]);
  });

  it("is in no answer and no log when AWS fails while it is handed in", async () => {
    const headers = await bearerOf(stack, "admin");
    const { id } = await stack.createTask();
    const attempts = [
      ["dynamodb", "PUT", "/api/credentials/claude", { kind: "anthropicapikey", value: secrets.claude }],
      ["dynamodb", "PUT", "/api/credentials/codex", { kind: "openaikey", value: secrets.codex }],
      ["dynamodb", "POST", "/api/tasks", { name: "unlucky", prompt: "x", gitToken: secrets.gitToken }],
      ["dynamodb", "PATCH", `/api/tasks/${id}`, { gitToken: secrets.newGitToken }],
    ] as const;
    for (const [service, method, path, body] of attempts) {
      // The caller's key is read first: that call goes through.
      const skip = service === "dynamodb" ? 1 : 0;
      stack.aws.faults.add({ service, operation: "*", kind: "error500", times: 20, skip });
      const answer = await send(stack, method, path, { headers, body });
      stack.aws.faults.clear();
      expect([path, answer.status, answer.json?.error?.code]).toEqual([path, 500, "internal"]);
      expectNone([answer.text], "an answer");
    }
    expect(said.filter((line) => line.includes('"event":"api"'))).toHaveLength(attempts.length);
    expectNone(said, "a log");
  });

  it("opens in no other row and under no other name, should it be moved there", async () => {
    const { id } = await stack.createTask({ gitToken: secrets.gitToken });
    const { id: other } = await stack.createTask();
    const place = { workspaceId: stack.workspaceId, row: id, field: "gitToken" };
    const { data } = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId: id }).go();
    const sealed = data?.gitToken ?? "";
    expect(await unseal(stack.ctx, place, sealed)).toBe(secrets.gitToken);
    await expect(unseal(stack.ctx, { ...place, row: other }, sealed)).rejects.toThrow();
    await expect(unseal(stack.ctx, { ...place, field: "accessToken" }, sealed)).rejects.toThrow();
    const changed = Buffer.from(sealed, "base64");
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(unseal(stack.ctx, place, changed.toString("base64"))).rejects.toThrow();
  });

  it("shows nothing of itself when it is short", async () => {
    const task = await stack.createTask({ gitToken: "abc12345" });
    expect(task.gitToken).toEqual({ set: true });
  });

  it("is gone when it is cleared, and the last four of the old one with it", async () => {
    const { id: taskId } = await stack.createTask({ gitToken: secrets.gitToken });
    await stack.client.updateTask({ params: { taskId }, body: { gitToken: "short" } });
    expect((await stack.client.getTask({ params: { taskId } })).gitToken).toEqual({ set: true });
    await stack.client.updateTask({ params: { taskId }, body: { gitToken: null } });
    const { data: row } = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, taskId }).go();
    expect([row?.gitToken, row?.gitTokenLastFour]).toEqual([undefined, undefined]);
  });
});

describe("a credential", () => {
  it("is replaced, removed, and not found when there is none", async () => {
    const params = { agentType: "CODEX" };
    await stack.client.putCredential({ params, body: { kind: "openaikey", value: "sk-first-1111" } });
    const second = await stack.client.putCredential({
      params,
      body: { kind: "openaikey", value: "  sk-second-2222 " },
    });
    expect(second).toMatchObject({ agentType: "codex-runner", kind: "openaikey", lastFour: "2222" });
    await stack.client.deleteCredential({ params });
    expect((await stack.client.listCredentials()).items.map(({ agentType }) => agentType)).not.toContain(
      "codex-runner",
    );
    await expect(stack.client.deleteCredential({ params })).rejects.toMatchObject({ status: 404 });
    await stack.client.putCredential({ params, body: { kind: "openaikey", value: "sk-third-3333" } });
    expect((await stack.client.listCredentials()).items.map(({ lastFour }) => lastFour)).toContain("3333");
  });
});
