import type * as http from "node:http";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { closeGateways, testGateway } from "./testing/gateway.ts";
import { anthropicStream, openaiStream, sse } from "./testing/streams.ts";

afterEach(closeGateways);

const post = (url: string, init: RequestInit = {}) =>
  fetch(url, { method: "POST", body: "{}", redirect: "manual", ...init });

/** Asks, reads what comes first, and goes away. */
async function breakOff(url: string) {
  const abort = new AbortController();
  const response = await post(url, { signal: abort.signal });
  await response.body?.getReader().read();
  abort.abort();
}

describe("the way to the model provider", () => {
  test("puts the key in and takes the agent's own sign-in out", async () => {
    let seen: http.IncomingMessage | undefined;
    const { url } = await testGateway((request, response) => {
      seen = request;
      response.end("{}");
    });
    await post(`${url}/anthropic/v1/messages?beta=true`, {
      headers: { authorization: "Bearer dummy", "x-api-key": "dummy", cookie: "a=b", "anthropic-beta": "tools-1" },
    });
    expect(seen?.url).toBe("/v1/messages?beta=true");
    expect(seen?.headers).toMatchObject({ "x-api-key": "real-key", "anthropic-beta": "tools-1" });
    expect(seen?.headers.authorization ?? seen?.headers.cookie).toBeUndefined();
    expect(seen?.headers["accept-encoding"]).toBe("identity");
  });

  test("signs in with an OAuth token and its beta", async () => {
    let seen: http.IncomingHttpHeaders = {};
    const { url } = await testGateway(
      (request, response) => {
        seen = request.headers;
        response.end("{}");
      },
      { kind: "claudeoauthtoken" },
    );
    await post(`${url}/anthropic/v1/messages`, { headers: { "x-api-key": "dummy", "anthropic-beta": "tools-1" } });
    expect(seen).toMatchObject({ authorization: "Bearer real-key", "anthropic-beta": "tools-1,oauth-2025-04-20" });
    expect(seen["x-api-key"]).toBeUndefined();
  });

  test.each([1, 7, 10_000])(
    "meters a stream that comes in pieces of %i bytes, and changes nothing in it",
    async (size) => {
      const whole = anthropicStream.join("");
      const pieces = whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      const { url, calls } = await testGateway(sse(pieces));
      const response = await post(`${url}/anthropic/v1/messages`);
      expect(await response.text()).toBe(whole);
      await expect
        .poll(() => calls)
        .toEqual([
          {
            at: expect.stringMatching(/Z$/),
            provider: "anthropic",
            model: "claude-x",
            inputTokens: 12,
            outputTokens: 77,
            cacheReadTokens: 4,
            cacheWriteTokens: 3,
            cacheWrite1hTokens: 0,
            webSearches: 0,
            usageKnown: true,
            durationMs: expect.any(Number),
            status: 200,
          },
        ]);
    },
  );

  test("leaves the cached part out of OpenAI's input", async () => {
    const { url, calls } = await testGateway(sse(openaiStream), { provider: "openai" });
    await (await post(`${url}/openai/v1/responses`)).text();
    await expect
      .poll(() => calls)
      .toMatchObject([
        { provider: "openai", model: "gpt-x", inputTokens: 40, cacheReadTokens: 60, outputTokens: 5, status: 200 },
      ]);
  });

  test("meters a body that is not streamed", async () => {
    const { url, calls } = await testGateway((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"type":"message","model":"claude-y","usage":{"input_tokens":5,"output_tokens":6}}');
    });
    await (await post(`${url}/anthropic/v1/messages`)).text();
    await expect.poll(() => calls).toMatchObject([{ model: "claude-y", inputTokens: 5, outputTokens: 6 }]);
  });

  test("counts a refused call with no tokens, under the task's model", async () => {
    const { url, calls, observations } = await testGateway((_, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"type":"error","error":{"type":"authentication_error","message":"invalid"}}');
    });
    expect((await post(`${url}/anthropic/v1/messages`)).status).toBe(401);
    await expect.poll(() => calls).toMatchObject([{ model: "the-task-model", inputTokens: 0, status: 401 }]);
    expect(observations).toMatchObject({ lastStatus: 401, answered: 0 });
  });

  test("does not take counting tokens for a model call", async () => {
    const { url, calls } = await testGateway((_, response) => response.end("{}"));
    expect((await post(`${url}/anthropic/v1/messages/count_tokens`)).status).toBe(200);
    expect(calls).toEqual([]);
  });

  test("reads a stream on that the agent broke off, for what it cost", async () => {
    let goOn = () => {};
    const { url, calls, observations } = await testGateway((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(anthropicStream[0]);
      goOn = () => response.end(anthropicStream.slice(1).join(""));
    });
    await breakOff(`${url}/anthropic/v1/messages`);
    goOn();
    await expect
      .poll(() => calls)
      .toMatchObject([{ inputTokens: 12, outputTokens: 77, usageKnown: true, status: 200 }]);
    expect(observations.answered).toBe(1);
  });

  test.each([
    ["so long", { drainMs: 20 }, ""],
    ["so much", { drainBytes: 1000 }, ": nothing\n\n"],
  ])("reads on no more than %s, and then does not know what the call cost", async (_, bounds, more) => {
    let closed = false;
    const { url, calls } = await testGateway(
      (_, response) => {
        response.on("close", () => {
          closed = true;
        });
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(anthropicStream[0]);
        const goOn = () => !closed && more !== "" && response.write(more, () => setImmediate(goOn));
        goOn();
      },
      { bounds },
    );
    await breakOff(`${url}/anthropic/v1/messages`);
    await expect.poll(() => calls).toMatchObject([{ inputTokens: 12, outputTokens: 1, usageKnown: false }]);
    await expect.poll(() => closed).toBe(true);
  });

  test("counts what is under way when the gateway closes", async () => {
    const { url, calls, close } = await testGateway(
      (_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(anthropicStream[0]);
      },
      { bounds: { closeMs: 20 } },
    );
    const response = await post(`${url}/anthropic/v1/messages`);
    await response.body?.getReader().read();
    await close();
    expect(calls).toMatchObject([{ inputTokens: 12, usageKnown: false, status: 200 }]);
  });

  test("breaks off towards the agent when the provider breaks off", async () => {
    const { url, calls } = await testGateway((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(anthropicStream[0], () => response.destroy());
    });
    const response = await post(`${url}/anthropic/v1/messages`);
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => calls).toMatchObject([{ inputTokens: 12, usageKnown: false, status: 200 }]);
  });

  test("passes each piece on before the next one is there", async () => {
    let goOn = () => {};
    const { url } = await testGateway((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      goOn = () => response.end("data: 2\n\n");
    });
    const reader = (await post(`${url}/anthropic/v1/messages`)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: 1\n\n");
    goOn();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: 2\n\n");
  });

  test("says in the provider's own format that it cannot be reached", async () => {
    const { url, calls, observations, upstreamUrl, closeUpstream } = await testGateway(() => {});
    await closeUpstream();
    const response = await post(`${url}/anthropic/v1/messages`);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      type: "error",
      error: { type: "api_error", message: `${new URL(upstreamUrl).hostname} could not be reached.` },
    });
    expect(observations).toMatchObject({ unreachable: true, lastStatus: null });
    expect(calls).toEqual([]);
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
  ])("reads an answer that came in %s all the same, and passes it on plain", async (encoding, compress) => {
    for (const [type, text] of [
      ["text/event-stream", anthropicStream.join("")],
      ["application/json", '{"type":"message","model":"claude-x","usage":{"input_tokens":12,"output_tokens":77}}'],
    ] as const) {
      const { url, calls } = await testGateway((_, response) => {
        response.writeHead(200, { "content-type": type, "content-encoding": encoding });
        response.end(compress(text));
      });
      const answer = await post(`${url}/anthropic/v1/messages`);
      expect(answer.headers.get("content-encoding")).toBeNull();
      expect(await answer.text()).toBe(text);
      await expect.poll(() => calls).toMatchObject([{ inputTokens: 12, outputTokens: 77, usageKnown: true }]);
    }
  });

  test("passes nothing on that it cannot read, and books it as unknown", async () => {
    const { url, calls } = await testGateway((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "rot13" });
      response.end("{}");
    });
    const answer = await post(`${url}/anthropic/v1/messages`);
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining("was not asked for")]);
    expect(calls).toMatchObject([{ usageKnown: false, status: 200 }]);
  });

  test("breaks off an answer whose packing is broken", async () => {
    const { url, calls } = await testGateway((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      response.end(gzipSync(anthropicStream.join("")).subarray(0, 60));
    });
    await expect(post(`${url}/anthropic/v1/messages`).then((answer) => answer.text())).rejects.toThrow();
    await expect.poll(() => calls).toMatchObject([{ usageKnown: false }]);
  });

  test("keeps what is between it and the provider to itself", async () => {
    const { url } = await testGateway((_, response) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "set-cookie": "a=b",
        "www-authenticate": "Bearer",
        "proxy-authenticate": "Basic",
        "request-id": "req_1",
        "anthropic-ratelimit-requests-remaining": "7",
      });
      response.end("{}");
    });
    const { headers } = await post(`${url}/anthropic/v1/messages`);
    expect(
      headers.get("set-cookie") ?? headers.get("www-authenticate") ?? headers.get("proxy-authenticate"),
    ).toBeNull();
    expect([headers.get("request-id"), headers.get("anthropic-ratelimit-requests-remaining")]).toEqual(["req_1", "7"]);
  });

  test("does not follow a redirect with the key, and does not let the agent", async () => {
    let asked = 0;
    const { url, calls } = await testGateway((_, response) => {
      asked++;
      response.writeHead(307, { location: "https://evil.example/v1/messages" }).end();
    });
    const answer = await post(`${url}/anthropic/v1/messages`);
    expect([answer.status, answer.headers.get("location"), asked]).toEqual([502, null, 1]);
    expect(await answer.text()).toContain("api.anthropic.com sends on to evil.example.");
    expect(calls).toMatchObject([{ status: 307 }]);
  });
});
