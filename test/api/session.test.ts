import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../contract/operations.ts";
import { signInLink, startSession } from "../../core/key/session.ts";
import type { Reply } from "../../functions/api/edge.ts";
import { everyOperation, everyRow, send } from "../support/api.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let taskId: string;
beforeAll(async () => {
  stack = await startStack();
  taskId = (await stack.createTask()).id;
});
afterAll(() => stack.close());

const person = (role: "viewer" | "owner" = "owner") => ({ workspaceId: stack.workspaceId, name: "Ada", role });
const pathOfLink = (link: string) => link.slice(new URL(link).origin.length);

async function signIn(role?: "viewer" | "owner") {
  const link = await signInLink(stack.ctx, person(role));
  const answer = await send(stack, "GET", pathOfLink(link));
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const session = (await send(stack, "GET", "/api/session", { headers: { cookie } })).json as { csrfToken?: string };
  return { answer, cookie, csrf: { "x-csrf-token": session?.csrfToken ?? "" }, session };
}

describe("a sign-in link", () => {
  it("sets a cookie that scripts and other sites cannot use, and goes on to the console", async () => {
    const { answer } = await signIn();
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/");
    const [value, ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
    expect(value).toMatch(/^errand_session=[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("sets a cookie of this host only where the API is reached over https, and takes no other there", async () => {
    const { sessionHandlers } = await import("../../functions/api/session.ts");
    const { authenticate } = await import("../../functions/api/caller.ts");
    const ctx = { ...stack.ctx, config: { ...stack.ctx.config, apiUrl: "https://errand.example.com" } };
    const token = new URL(await signInLink(ctx, person())).searchParams.get("token") ?? "";
    const reply = (await sessionHandlers.signIn(ctx, {} as never, { query: { token } })) as Reply;
    const [value = "", ...attributes] = (reply.headers["set-cookie"] ?? "").split("; ");
    expect(value).toMatch(/^__Host-errand_session=[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax", "Secure"]);
    const ask = (cookie: string) => authenticate(ctx, operations.getSession, { headers: { cookie } } as never);
    expect(await ask(`a=1; ${value}`)).toMatchObject({ principal: person() });
    await expect(ask(value.replace("__Host-", ""))).rejects.toMatchObject({ code: "unauthenticated" });
    const signedOut = (await sessionHandlers.deleteSession(ctx, {} as never, {})) as Reply;
    expect(signedOut.headers["set-cookie"]).toMatch(/^__Host-errand_session=; Path=\/; Max-Age=0;.*; Secure$/);
  });

  it("is refused when it is a day old, changed, empty, or a session's own token", async () => {
    const old = await signInLink(stack.later(-86_400 - 5), person());
    const good = await signInLink(stack.ctx, person());
    const { cookie } = await startSession(stack.ctx, new URL(good).searchParams.get("token") ?? "");
    const paths = [pathOfLink(old), `${pathOfLink(good)}x`, "/api/sign-in?token=", `/api/sign-in?token=${cookie}`];
    for (const path of paths) {
      const answer = await send(stack, "GET", path);
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([401, null]);
    }
    expect((await send(stack, "GET", "/api/sign-in")).json?.error?.fields).toHaveProperty("token");
  });
});

describe("a session", () => {
  it("tells who is signed in, for how long, and its CSRF token", async () => {
    const { session } = await signIn();
    expect(session).toMatchObject({ ...person(), via: "session", csrfToken: expect.stringMatching(/^[\w-]{43}$/) });
    const { expiresAt } = session as unknown as { expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
  });

  it("reads without the CSRF token, also among other cookies", async () => {
    const { cookie } = await signIn("viewer");
    const headers = { cookie: `a=1; ${cookie}; errand_session_2=x` };
    expect((await send(stack, "GET", "/api/tasks", { headers })).status).toBe(200);
  });

  it("changes nothing without its CSRF token, whatever the operation", async () => {
    const { cookie } = await signIn();
    const other = await signIn();
    const changes = everyOperation.filter(
      ({ method, access }) => method !== "GET" && ["viewer", "member", "admin"].includes(access),
    );
    expect(changes.map(({ name }) => name)).toContain("deleteSession");
    const before = await everyRow(stack);
    for (const { method, path, body, name } of changes) {
      const wrong: Record<string, string>[] = [{ cookie }, { cookie, "x-csrf-token": "" }, { cookie, ...other.csrf }];
      for (const headers of wrong) {
        const answer = await send(stack, method, path.replace("{taskId}", taskId), {
          headers,
          ...(body && { body: {} }),
        });
        expect([name, answer.status, answer.json?.error?.code]).toEqual([name, 403, "csrf_failed"]);
      }
    }
    expect(await everyRow(stack)).toEqual(before);
  });

  it("changes what its role may with the CSRF token", async () => {
    const owner = await signIn();
    const headers = { cookie: owner.cookie, ...owner.csrf };
    const created = await send(stack, "POST", "/api/tasks", { headers, body: { name: "by session", prompt: "Hi." } });
    expect(created.status).toBe(201);
    const viewer = await signIn("viewer");
    const asViewer = { cookie: viewer.cookie, ...viewer.csrf };
    const refused = await send(stack, "POST", "/api/tasks", { headers: asViewer, body: { name: "no", prompt: "Hi." } });
    expect(refused.json?.error?.code).toBe("forbidden");
  });

  it("is signed out by a cookie that ends at once", async () => {
    const { cookie, csrf } = await signIn();
    const answer = await send(stack, "DELETE", "/api/session", { headers: { cookie, ...csrf } });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("set-cookie")).toMatch(/^errand_session=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/);
    expect((await send(stack, "GET", "/api/session", { headers: { cookie: "errand_session=" } })).status).toBe(401);
  });

  it("is refused when it has expired or one bit of it differs", async () => {
    const link = await signInLink(stack.later(-7 * 86_400 - 5), person());
    const token = new URL(link).searchParams.get("token") ?? "";
    const expired = await startSession(stack.later(-7 * 86_400 - 5), token);
    const { cookie } = await signIn("viewer");
    const [header, payload, signature] = cookie.replace("errand_session=", "").split(".") as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const raised = Buffer.from(JSON.stringify({ ...claims, role: "owner" })).toString("base64url");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const flipped = `${signature.slice(0, 5)}${signature[5] === "A" ? "B" : "A"}${signature.slice(6)}`;
    const tokens = [
      expired.cookie,
      `${header}.${raised}.${signature}`,
      `${none}.${raised}.`,
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}.`,
      token,
      "",
      "..",
    ];
    for (const bad of tokens) {
      const answer = await send(stack, "GET", "/api/session", { headers: { cookie: `errand_session=${bad}` } });
      expect([bad, answer.status]).toEqual([bad, 401]);
    }
  });
});
