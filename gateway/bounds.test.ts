import type * as http from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "./testing/gateway.ts";
import { anthropicStream } from "./testing/streams.ts";

afterEach(closeGateways);

const post = (url: string, init: RequestInit = {}) => fetch(url, { method: "POST", body: "{}", ...init });

describe("what a gateway holds in memory", () => {
  test.each([
    ["a request that is too large", { requestBytes: 1000 }, 413],
    ["a request that has no room beside others", { requestsBytes: 1000 }, 503],
  ])("is not %s", async (_, bounds, status) => {
    let asked = 0;
    const upstream: http.RequestListener = (_, response) => {
      asked++;
      response.end("{}");
    };
    const { url } = await testGateway(upstream, { bounds });
    const body = JSON.stringify({ text: "x".repeat(2000) });
    expect((await post(`${url}/anthropic/v1/messages`, { body })).status).toBe(status);
    expect(asked).toBe(0);
    const small = JSON.stringify({ text: "x".repeat(600) });
    for (let again = 0; again < 3; again++) {
      expect((await post(`${url}/anthropic/v1/messages`, { body: small })).status).toBe(200);
    }
  });

  test("is bounded for all requests together, for as long as they are under way", async () => {
    const answers: (() => void)[] = [];
    const upstream: http.RequestListener = (_, response) => answers.push(() => response.end("{}"));
    const { url } = await testGateway(upstream, { bounds: { requestsBytes: 1000 } });
    const body = JSON.stringify({ text: "x".repeat(600) });
    const ask = () => post(`${url}/anthropic/v1/messages`, { body });
    const first = ask();
    await expect.poll(() => answers.length).toBe(1);
    expect((await ask()).status).toBe(503);
    answers.pop()?.();
    expect((await first).status).toBe(200);
    const third = ask();
    await expect.poll(() => answers.length).toBe(1);
    answers.pop()?.();
    expect((await third).status).toBe(200);
  });

  test("is not a request that was packed", async () => {
    const { url } = await testGateway((_, response) => response.end("{}"));
    const headers = { "content-encoding": "gzip" };
    expect((await post(`${url}/anthropic/v1/messages`, { headers, body: gzipSync("{}") })).status).toBe(415);
  });

  test("is not a request that never ends", async () => {
    const { url } = await testGateway((_, response) => response.end("{}"), { bounds: { requestMs: 20 } });
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")) });
    const answer = await post(`${url}/anthropic/v1/messages`, { body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(408);
  });

  test.each([
    ["an answer that has no end", "application/json", "x"],
    ["an event that has no end", "text/event-stream", "data: x"],
  ])("is not %s", async (_, type, piece) => {
    const { url, calls } = await testGateway(
      (_, response) => {
        response.writeHead(200, { "content-type": type });
        const more = () => !response.destroyed && response.write(piece.repeat(100), () => setImmediate(more));
        more();
      },
      { bounds: { messageBytes: 5000 } },
    );
    const answer = post(`${url}/anthropic/v1/messages`);
    if (type.includes("json")) expect((await answer).status).toBe(502);
    else await expect(answer.then((it) => it.text())).rejects.toThrow();
    await expect.poll(() => calls).toMatchObject([{ usageKnown: false }]);
  });
});

describe("a provider that falls silent", () => {
  test("before it answers is given up; what it may have cost is not known", async () => {
    const { url, calls, observations } = await testGateway(() => {}, { bounds: { idleMs: 30 } });
    const answer = await post(`${url}/anthropic/v1/messages`, { body: '{"model":"asked-for"}' });
    expect([answer.status, await answer.json()]).toMatchObject([502, { error: { type: "api_error" } }]);
    expect(calls).toMatchObject([{ status: 0, usageKnown: false, model: "asked-for" }]);
    expect(observations).toMatchObject({ answered: 0, lastStatus: null, unreachable: true });
  });

  test("in the middle of its answer is given up too", async () => {
    const { url, calls } = await testGateway(
      (_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(anthropicStream[0]);
      },
      { bounds: { idleMs: 30 } },
    );
    await expect(post(`${url}/anthropic/v1/messages`).then((answer) => answer.text())).rejects.toThrow();
    await expect.poll(() => calls).toMatchObject([{ inputTokens: 12, usageKnown: false }]);
  });
});
