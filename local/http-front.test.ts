import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { afterEach, expect, test } from "vitest";
import { errorEnvelope, gatewayErrors } from "../contract/error.ts";
import { diskTrouble } from "./disk.ts";
import { type HttpFront, type HttpFrontOptions, startHttpFront } from "./http-front.ts";

let front: HttpFront | undefined;
afterEach(async () => {
  await front?.close(0);
  front = undefined;
});

const envelope = ([code, message]: readonly [string, string]) => ({ error: { code, message } });
const away = envelope(gatewayErrors.default5xx);
const tooLarge = envelope(gatewayErrors.tooLarge);

async function start(options: Partial<HttpFrontOptions>): Promise<string> {
  front = await startHttpFront({
    port: 0,
    stage: "local",
    accountId: "000000000000",
    invoke: async () => ({ statusCode: 204, body: "" }),
    pages: () => false,
    ...options,
  });
  return front.url;
}

async function seen(path: string, init?: RequestInit): Promise<APIGatewayProxyEvent> {
  const url = await start({ invoke: async (event) => ({ statusCode: 200, body: JSON.stringify(event) }) });
  return (await (await fetch(url + path, init)).json()) as APIGatewayProxyEvent;
}

test("a request becomes a REST proxy event", async () => {
  const event = await seen("/api/tasks?limit=5&tag=a&tag=b%20c", {
    method: "POST",
    headers: { "content-type": "application/json", "X-CSRF-Token": "t", "user-agent": "test" },
    body: '{"name":"å"}',
  });
  expect(event).toMatchObject({
    resource: "/{proxy+}",
    path: "/api/tasks",
    httpMethod: "POST",
    headers: { "content-type": "application/json", "X-CSRF-Token": "t" },
    multiValueHeaders: { "content-type": ["application/json"] },
    queryStringParameters: { limit: "5", tag: "b c" },
    multiValueQueryStringParameters: { limit: ["5"], tag: ["a", "b c"] },
    pathParameters: { proxy: "api/tasks" },
    stageVariables: null,
    body: Buffer.from('{"name":"å"}').toString("base64"),
    isBase64Encoded: true,
    requestContext: {
      accountId: "000000000000",
      httpMethod: "POST",
      path: "/local/api/tasks",
      protocol: "HTTP/1.1",
      stage: "local",
      identity: { sourceIp: "127.0.0.1", userAgent: "test" },
      domainName: new URL(front?.url ?? "").host,
    },
  });
  expect(event.requestContext.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(event.requestContext.requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
});

test("what is absent is null, as API Gateway sends it", async () => {
  const event = await seen("/api/health");
  expect(event).toMatchObject({ body: null, queryStringParameters: null, multiValueQueryStringParameters: null });
});

test("names that every object has are names like others", async () => {
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
  const headers = names.filter((name) => name !== "__proto__").map((name): [string, string] => [name, "one"]);
  const event = await seen(`/api/x?${names.map((name) => `${name}=1`).join("&")}`, { headers });
  for (const name of names) expect(Object.entries(event.queryStringParameters ?? {})).toContainEqual([name, "1"]);
  for (const [name] of headers) expect(Object.entries(event.headers)).toContainEqual([name, "one"]);
});

test("a body that is no text arrives as it was sent", async () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0, 0xe5);
  const event = await seen("/api/x", { method: "POST", body: bytes });
  expect([...Buffer.from(event.body ?? "", "base64")]).toEqual([...bytes]);
});

test("the path stays encoded, the proxy parameter does not", async () => {
  const event = await seen("/api/tasks/a%20b");
  expect([event.path, event.pathParameters?.proxy]).toEqual(["/api/tasks/a%20b", "api/tasks/a b"]);
});

test("several cookies and base64 bodies are passed back", async () => {
  const url = await start({
    invoke: async () => ({
      statusCode: 201,
      headers: { "content-type": "application/octet-stream", "set-cookie": "lost=1" },
      multiValueHeaders: { "Set-Cookie": ["a=1; Path=/", "b=2; Path=/"] },
      body: Buffer.from([0, 255, 7]).toString("base64"),
      isBase64Encoded: true,
    }),
  });
  const response = await fetch(`${url}/api/x`);
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2; Path=/"]);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 7]);
});

test.each([
  ["throws", async () => Promise.reject(new Error("secret detail"))],
  ["answers nothing", async () => undefined],
  ["answers without a status", async () => ({ body: "x" })],
  ["answers a body that is no string", async () => ({ statusCode: 200, body: { a: 1 } })],
])("a handler that %s is told without details", async (_, invoke) => {
  const response = await fetch(`${await start({ invoke })}/api/x`);
  expect([response.status, await response.json()]).toEqual([503, away]);
});

test("a handler that takes too long is told as one that is away", async () => {
  const response = await fetch(`${await start({ invoke: () => new Promise(() => {}), timeoutMs: 20 })}/api/x`);
  expect([response.status, await response.json()]).toEqual([503, away]);
});

test("a body over the gateway's limit is refused, announced or chunked", async () => {
  const invoked: string[] = [];
  const invoke = async (event: APIGatewayProxyEvent) => {
    invoked.push(Buffer.from(event.body ?? "", "base64").toString());
    return { statusCode: 204 };
  };
  const url = await start({ invoke, maxBodyBytes: 10 });
  const announced = await fetch(`${url}/api/x`, { method: "POST", body: "01234567890" });
  expect([announced.status, await announced.json()]).toEqual([413, tooLarge]);
  const chunked = new ReadableStream({
    start(controller) {
      for (let n = 0; n < 3; n++) controller.enqueue(new TextEncoder().encode("01234567890"));
      controller.close();
    },
  });
  const streamed = await fetch(`${url}/api/x`, { method: "POST", body: chunked, duplex: "half" } as RequestInit);
  expect([streamed.status, await streamed.json()]).toEqual([413, tooLarge]);
  const fits = await fetch(`${url}/api/x`, { method: "POST", body: "0123456789" });
  expect([fits.status, invoked]).toEqual([204, ["0123456789"]]);
});

test("a chunked body without an end is refused as soon as it is over the limit, and read no further", async () => {
  const url = new URL(await start({ invoke: () => new Promise(() => {}) }));
  const socket = connect(Number(url.port), "127.0.0.1");
  let answer = "";
  socket.on("data", (bytes) => {
    answer += bytes;
  });
  socket.on("error", () => {}); // Closed while we still send.
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write("POST /api/tasks HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
  const piece = `100000\r\n${"x".repeat(0x100000)}\r\n`;
  let sent = 0;
  const send = () => {
    while (!socket.destroyed && sent < 500) {
      sent++;
      if (!socket.write(piece)) return void socket.once("drain", send);
    }
  };
  send();
  await closed;
  expect(answer).toMatch(/^HTTP\/1.1 413 .*"code":"payload_too_large"/s);
  expect(sent).toBeLessThan(100);
});

test("a disk without room is told by health, in the contract's words, and by nothing else", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "errand-disk-"));
  const url = await start({ trouble: () => diskTrouble(dataDir) });
  expect((await fetch(`${url}/api/health`)).status).toBe(204);
  symlinkSync("/dev/full", join(dataDir, "disk.probe"));
  const health = await fetch(`${url}/api/health`);
  expect(health.status).toBe(503);
  const { error } = errorEnvelope.parse(await health.json());
  expect(error).toEqual({ code: "unavailable", message: expect.stringMatching(/^The disk .* is full\. Free some/) });
  expect((await fetch(`${url}/api/tasks`)).status).toBe(204);
  expect((await fetch(`${url}/api/health`)).status).toBe(204);
  rmSync(dataDir, { recursive: true });
  expect((await fetch(`${url}/api/health`)).status).toBe(503);
});

test("only local names are answered", async () => {
  const url = await start({});
  const statuses = await Promise.all(
    ["localhost:1", "127.0.0.1", "LOCALHOST", "evil.example", "127.0.0.1.evil.example", "10.0.0.1"].map((host) =>
      statusFor(`${url}/api/x`, host),
    ),
  );
  expect(statuses).toEqual([204, 204, 204, 421, 421, 421]);
});

test("what is not the API belongs to the pages, else it is 404", async () => {
  const url = await start({
    pages: (incoming, response) => {
      if (incoming.url !== "/") return false;
      response.end("home");
      return true;
    },
  });
  expect(await (await fetch(url)).text()).toBe("home");
  expect((await fetch(`${url}/apiary`)).status).toBe(404);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const wrong = await fetch(`${url}/apiary`, { method });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(errorEnvelope.parse(await wrong.json()).error.code).toBe("method_not_allowed");
  }
});

test("closing waits for the request under way", async () => {
  let finish = () => {};
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const url = await start({
    invoke: async () => {
      arrived();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { statusCode: 200, body: "done" };
    },
  });
  const response = fetch(`${url}/api/x`);
  await arrival;
  const closed = front?.close(5_000);
  finish();
  expect(await (await response).text()).toBe("done");
  await closed;
  await expect(fetch(`${url}/api/x`)).rejects.toThrow();
});

function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once("error", reject)
      .end();
  });
}
