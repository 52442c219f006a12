import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runnerApiAt } from "../test/support/runner.ts";
import { type FunctionUrl, startFunctionUrl } from "./function-url.ts";

let dir: string;
let open: FunctionUrl[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "errand-url-"));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close(0)));
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<FunctionUrl> {
  const echo = async (event: unknown) => ({ statusCode: 200, body: JSON.stringify(event) });
  const started = await startFunctionUrl(dir, echo);
  open.push(started);
  return started;
}

async function send({ url, keys }: FunctionUrl, path: string, body = "{}") {
  const api = runnerApiAt({ url, keys });
  const headers = { "content-type": "application/json", ...api.headers("token") };
  const response = await api.fetch(`${url}${path}`, { method: "POST", headers, body });
  return { status: response.status, event: JSON.parse(await response.text()) };
}

test("a signed request becomes a function URL's event", async () => {
  const { status, event } = await send(await start(), "/api/runs/run_1/redeem", '{"name":"å"}');
  expect(status).toBe(200);
  expect(event).toMatchObject({
    version: "2.0",
    rawPath: "/api/runs/run_1/redeem",
    rawQueryString: "",
    headers: { "content-type": "application/json", "x-errand-token": "token" },
    requestContext: { http: { method: "POST", path: "/api/runs/run_1/redeem", sourceIp: "127.0.0.1" } },
    body: '{"name":"å"}',
    isBase64Encoded: false,
  });
});

test("each server of a data directory has the same address and lets through the same keys", async () => {
  const first = await start();
  await first.close(0);
  const second = await start();
  expect(second).toMatchObject({ url: first.url, keys: first.keys });
  expect((await send(first, "/x")).status).toBe(200);
  expect(statSync(join(dir, "runner-api.json")).mode & 0o777).toBe(0o600);
});

test("where somebody has taken the port meanwhile, another one is kept from then on", async () => {
  const first = await start();
  await first.close(0);
  const taker = await listenOn(Number(new URL(first.url).port));
  const second = await start();
  expect(second.url).not.toBe(first.url);
  expect(second.keys).toEqual(first.keys);
  await second.close(0);
  await new Promise((resolve) => taker.close(resolve));
  expect((await start()).url).toBe(second.url);
});

test("what a crash left of the file is made anew", async () => {
  writeFileSync(join(dir, "runner-api.json"), '{"port":47');
  expect((await send(await start(), "/x")).status).toBe(200);
});

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  expect((server.address() as AddressInfo).port).toBe(port);
  return server;
}
