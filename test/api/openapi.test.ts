import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "../../contract/openapi.ts";
import manifest from "../../package.json" with { type: "json" };
import { bearerOf, everyOperation, send } from "../support/api.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

describe("what anybody may ask", () => {
  it("is whether the API answers, and its version", async () => {
    const answer = await send(stack, "GET", "/api/health");
    expect([answer.status, answer.json]).toEqual([200, { status: "ok", version: manifest.version }]);
  });

  it("is its description, generated from the contract", async () => {
    const answer = await send(stack, "GET", "/api/openapi.json");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(openApi(manifest.version))));
  });
});

describe("every answer", () => {
  it("is not kept by a cache, and is never taken for another type", async () => {
    for (const path of ["/api/health", "/api/tasks", "/api/nothing"]) {
      const { headers } = await send(stack, "GET", path);
      expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
    }
  });

  it("has a status that the description names for its operation", async () => {
    const { paths } = (await send(stack, "GET", "/api/openapi.json")).json as unknown as {
      paths: Record<string, Record<string, { responses: object }>>;
    };
    const admin = await bearerOf(stack, "admin");
    const viewer = await bearerOf(stack, "viewer");
    const made = { taskId: (await stack.createTask()).id, agentType: "claude", runId: "none", keyId: "none" };
    for (const { method, path } of everyOperation) {
      const real = path.replace(/\{(\w+)\}/g, (_, name: keyof typeof made) => made[name]);
      const body = ["GET", "DELETE"].includes(method) ? undefined : {};
      const tries = [{}, { headers: viewer, body }, { headers: admin, body }, { headers: admin, body: body && "{" }];
      for (const request of tries) {
        const { status } = await send(stack, method, real, request);
        expect(Object.keys(paths[path]?.[method.toLowerCase()]?.responses ?? {}), `${method} ${path}`).toContain(
          String(status),
        );
      }
    }
  });
});
