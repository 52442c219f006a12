import { describe, expect, it } from "vitest";
import { ApiError, createClient, UnreachableError } from "./client.ts";

const taskId = "task_01ARZ3NDEKTSV4RRFFQ69G5FAV";
interface Asked {
  url: string;
  init: RequestInit;
}

/** A client whose requests are kept, and answered with this. */
function clientWith(answer: () => Response | Promise<Response>, headers?: () => Record<string, string>) {
  const asked: Asked[] = [];
  const client = createClient({
    baseUrl: "http://errand.test/base",
    ...(headers && { headers }),
    fetch: async (url, init = {}) => {
      asked.push({ url: String(url), init });
      return answer();
    },
  });
  return { client, asked };
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refusal = { error: { code: "not_found", message: "There is no such task.", fields: { a: "b" } } };

describe("the client", () => {
  it("puts parameters, query, body and key where the contract has them", async () => {
    const { client, asked } = clientWith(() => json({ items: [], nextCursor: null }));
    await client.listRuns({ query: { status: "DONE", limit: 5, cursor: undefined } });
    await client.listTasks();
    expect(asked.map(({ url }) => url)).toEqual([
      "http://errand.test/base/api/runs?status=DONE&limit=5",
      "http://errand.test/base/api/tasks",
    ]);
    expect(asked[0]?.init).toMatchObject({ method: "GET", body: undefined });
    await client.runTask({ params: { taskId }, idempotencyKey: "k" }).catch(() => undefined);
    expect(asked[2]?.init.headers).toMatchObject({ "idempotency-key": "k" });
    await client.deleteTask({ params: { taskId }, ifMatch: "a-1" }).catch(() => undefined);
    expect(asked[3]?.init.headers).toMatchObject({ "if-match": '"a-1"' });
    await client.previewSchedule({ body: { type: "manual" } }).catch(() => undefined);
    expect(asked[4]?.init).toMatchObject({
      method: "POST",
      body: '{"type":"manual"}',
      headers: { "content-type": "application/json" },
    });
  });

  it("asks for its headers at each request, and spells parameters safely", async () => {
    let turn = 0;
    const { client, asked } = clientWith(
      () => new Response(null, { status: 204 }),
      () => ({ authorization: `Bearer ${++turn}` }),
    );
    await client.deleteTask({ params: { taskId: "a/../b?c" } });
    expect(await client.deleteTask({ params: { taskId } })).toBeUndefined();
    expect(asked.map(({ init }) => (init.headers as Record<string, string>).authorization)).toEqual([
      "Bearer 1",
      "Bearer 2",
    ]);
    expect(asked[0]?.url).toBe("http://errand.test/base/api/tasks/a%2F..%2Fb%3Fc");
  });

  it("throws the API's refusal with its code, status and fields", async () => {
    const { client } = clientWith(() => json(refusal, 404));
    const error = await client.getTask({ params: { taskId } }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: "not_found",
      status: 404,
      message: "There is no such task.",
      fields: { a: "b" },
    });
  });

  it.each([
    ["a page of a proxy", () => new Response("<html>", { status: 502 })],
    ["a gateway's own error", () => json({ message: "Forbidden" }, 403)],
    ["cut JSON", () => new Response("{", { status: 500 })],
    ["a success that is no JSON", () => new Response("ok")],
    ["nothing at all", () => Promise.reject(new TypeError("fetch failed"))],
  ])("calls the API unreachable when the answer is %s", async (_what, answer) => {
    const { client } = clientWith(answer);
    await expect(client.getHealth()).rejects.toBeInstanceOf(UnreachableError);
  });

  it("tells a request that is too large by its status, whoever refused it", async () => {
    const { client } = clientWith(() => json({ message: "Request Too Long" }, 413));
    await expect(client.getHealth()).rejects.toMatchObject({ code: "payload_too_large", status: 413 });
  });

  it("takes no answer that is not of the contract", async () => {
    const { client } = clientWith(() => json({ status: "fine" }));
    await expect(client.getHealth()).rejects.toThrow();
  });

  it("gives up when its caller does, and says so as its caller's abort", async () => {
    const stop = new AbortController();
    const { client } = clientWith(async () => {
      stop.abort(new Error("enough"));
      throw stop.signal.reason;
    });
    await expect(client.getHealth({}, stop.signal)).rejects.toThrow("enough");
  });
});
