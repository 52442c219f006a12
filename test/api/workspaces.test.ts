import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClient } from "../../contract/client.ts";
import { readCredential, removeCredential } from "../../core/credential/credential.ts";
import { seal, unseal } from "../../core/workspace/seal.ts";
import { sealUnder } from "../../core/workspace/seal-under.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import { bearerOf, send } from "../support/api.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

const run = promisify(execFile);

let stack: Stack;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  stack = await startStack();
  secrets = new SecretsManagerClient();
});
afterAll(() => stack.close());

const exists = async (name: string) => {
  const found = secrets.send(new GetSecretValueCommand({ SecretId: name }));
  return found.then(
    () => true,
    () => false,
  );
};

describe("a workspace", () => {
  it("has a name and a running cap that its admins change", async () => {
    const client = await stack.clientAs("admin", await ensureWorkspace(stack.ctx, "changing"));
    expect(await client.getWorkspace()).toMatchObject({ name: "changing", runningCap: 10, running: 0 });
    expect(await client.updateWorkspace({ body: { runningCap: 25 } })).toMatchObject({ runningCap: 25 });
    expect(await client.updateWorkspace({ body: { name: "Changed" } })).toMatchObject({
      name: "Changed",
      runningCap: 25,
    });
    const member = await stack.clientAs("member");
    await expect(member.updateWorkspace({ body: { runningCap: 2 } })).rejects.toMatchObject({ code: "forbidden" });
    const wrong = client.updateWorkspace({ body: { runningCap: 0 } });
    await expect(wrong).rejects.toMatchObject({ code: "invalid_input", fields: { runningCap: expect.any(String) } });
  });

  it("is made by the deployment's owner, who gets a link that signs the new one's owner in", async () => {
    const headers = await bearerOf(stack, "admin");
    const refused = await send(stack, "POST", "/api/workspaces", { headers, body: { name: "second" } });
    expect(refused.status).toBe(403);
    const made = await asOwner(stack.workspaceId, "POST", "/api/workspaces", { name: "second", runningCap: 3 });
    expect(made.json).toMatchObject({ name: "second", runningCap: 3, running: 0 });
    const again = await asOwner(stack.workspaceId, "POST", "/api/workspaces", { name: "second" });
    expect([again.status, again.json?.error?.code]).toEqual([409, "name_taken"]);
    const { signInLink } = made.json as unknown as { signInLink: string };
    const cookie = await cookieOf(signInLink);
    const client = createClient({ baseUrl: stack.url, headers: () => ({ cookie }) });
    expect(await client.getSession()).toMatchObject({ role: "owner" });
    expect(await client.getWorkspace()).toMatchObject({ name: "second" });
    expect((await client.listTasks()).items).toEqual([]);
  });
});

describe("npm run access", () => {
  const access = async (...args: string[]) => {
    const deployment = ["--stage", "local", "--url", stack.url, "--table", stack.ctx.config.table];
    const program = fileURLToPath(new URL("../../local/access.ts", import.meta.url));
    return run(process.execPath, [program, ...deployment, ...args], { env: process.env });
  };

  it("makes a workspace of a name with its running cap, and a key for it", async () => {
    const { stdout } = await access("--workspace", "by hand", "--running-cap", "4", "--key", "me");
    const key = /ek_live_\S+/.exec(stdout)?.[0];
    const client = createClient({ baseUrl: stack.url, headers: () => ({ authorization: `Bearer ${key}` }) });
    expect(await client.getWorkspace()).toMatchObject({ name: "by hand", runningCap: 4 });
    await access("--workspace", "by hand");
    expect(await client.getWorkspace()).toMatchObject({ runningCap: 4 });
  });

  it("says how it is used when the cap is no number", async () => {
    const refused = access("--running-cap", "many").catch((error: { code: number; stderr: string }) => error);
    expect(await refused).toMatchObject({ code: 2, stderr: expect.stringContaining("--running-cap N") });
  });
});

describe("what a workspace keeps secret", () => {
  it("is in its rows alone: a workspace makes no secret that would be billed", async () => {
    const workspaceId = await ensureWorkspace(stack.ctx, "no secrets");
    const client = await stack.clientAs("admin", workspaceId);
    stack.aws.calls.clear();
    await client.putCredential({
      params: { agentType: "claude" },
      body: { kind: "anthropicapikey", value: canary, force: true },
    });
    await client.createTask({ body: { name: "t", prompt: "x", gitToken: "ghp_0123456789abcdef" } });
    for (const operation of ["CreateSecret", "PutSecretValue"]) {
      expect(stack.aws.calls.count("secretsmanager", operation)).toBe(0);
    }
    expect(await readCredential(stack.ctx, workspaceId, "claude-runner")).toEqual({
      kind: "anthropicapikey",
      value: canary,
    });
  });

  it("is taken over from the secrets that a version before made, and opens as before", async () => {
    const { ctx } = stack;
    const workspaceId = await ensureWorkspace(ctx, "of a version before");
    const names = {
      dataKey: `${ctx.config.secretPrefix}workspace/${workspaceId}/data-key`,
      credential: `${ctx.config.secretPrefix}workspace/${workspaceId}/credential/claude-runner`,
    };
    const key = Buffer.alloc(32, 7);
    const stored = { kind: "anthropicapikey", value: canary } as const;
    const create = (Name: string, SecretString: string) =>
      secrets.send(new CreateSecretCommand({ Name, SecretString }));
    await create(names.dataKey, key.toString("base64"));
    await create(names.credential, JSON.stringify(stored));
    const now = new Date().toISOString();
    const row = {
      workspaceId,
      agentType: "claude-runner",
      kind: stored.kind,
      lastFour: "6789",
      updatedAt: now,
    } as const;
    await ctx.table.entities.credential.put(row).go();
    const place = { workspaceId, row: "task", field: "gitToken" };
    const sealed = sealUnder(ctx, key, place, "ghp_of-a-version-before");

    expect(await readCredential(ctx, workspaceId, "claude-runner")).toEqual(stored);
    expect(await unseal(ctx, place, sealed)).toBe("ghp_of-a-version-before");
    expect(await exists(names.credential)).toBe(false);
    expect(await readCredential(ctx, workspaceId, "claude-runner")).toEqual(stored);
    await removeCredential(ctx, workspaceId, "claude-runner");
    expect(await readCredential(ctx, workspaceId, "claude-runner")).toBeUndefined();
  });

  it("opens after the deployment key was replaced", async () => {
    const { ctx } = stack;
    const workspaceId = await ensureWorkspace(ctx, "rotated");
    const place = { workspaceId, row: "task", field: "gitToken" };
    const sealed = await seal(ctx, place, "ghp_before-the-rotation");
    const before = await secrets.send(new GetSecretValueCommand({ SecretId: ctx.config.deploymentKeySecret }));
    const replace = (SecretString = "") =>
      secrets.send(new PutSecretValueCommand({ SecretId: ctx.config.deploymentKeySecret, SecretString }));
    const inNewProcess = async () => {
      vi.resetModules();
      return import("../../core/workspace/seal.ts");
    };
    await replace("another-deployment-key-another-deployment-key");
    expect(await (await inNewProcess()).unseal(ctx, place, sealed)).toBe("ghp_before-the-rotation");
    await replace("a-third-deployment-key-a-third-deployment-key-");
    expect(await (await inNewProcess()).unseal(ctx, place, sealed)).toBe("ghp_before-the-rotation");
    await replace(before.SecretString);
  });
});

async function cookieOf(link: string): Promise<string> {
  const { pathname, search } = new URL(link);
  const answer = await fetch(`${stack.url}${pathname}${search}`, { redirect: "manual" });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** As the operator, who has a session with the role owner. */
async function asOwner(workspaceId: string, method: string, path: string, body: unknown) {
  const { signInLink } = await import("../../core/key/session.ts");
  const cookie = await cookieOf(await signInLink(stack.ctx, { workspaceId, name: "You", role: "owner" }));
  const session = await send(stack, "GET", "/api/session", { headers: { cookie } });
  const { csrfToken } = session.json as unknown as { csrfToken: string };
  return send(stack, method, path, { headers: { cookie, "x-csrf-token": csrfToken }, body });
}
