import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../contract/client.ts";
import { workOperations } from "../../contract/operations/work.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { everyOperation, pathOf } from "../support/api.ts";
import { storeCredential } from "../support/life.ts";
import { inContainer, playRunner, runnerApiAt, runnerClient } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "containers" });
  await storeCredential(stack);
});
afterAll(() => stack.close());

async function aRun(): Promise<string> {
  const task = await stack.createTask();
  return (await stack.client.runTask({ params: { taskId: task.id } })).id;
}

/** A request that the runners' role has signed, with a run's token or without one. */
async function signed(method: string, path: string, token?: string): Promise<{ status: number; code?: string }> {
  const api = runnerApiAt(stack.runnerApi);
  const headers = { "content-type": "application/json", ...(token !== undefined && api.headers(token)) };
  const response = await api.fetch(`${api.url}${path}`, { method, headers, body: "{}" });
  const text = await response.text();
  return { status: response.status, code: text === "" ? undefined : JSON.parse(text).error?.code };
}

/** The headers of a PATCH as the runners' role signs it, caught before it is sent on. */
async function signedHeaders(path: string, body: string, token: string): Promise<IncomingHttpHeaders> {
  const caught = Promise.withResolvers<IncomingHttpHeaders>();
  const middle = createServer((incoming, response) => {
    caught.resolve(incoming.headers);
    response.end();
  });
  await new Promise<void>((resolve) => middle.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(middle.address() as AddressInfo).port}`;
  const api = runnerApiAt({ url, keys: stack.runnerApi.keys });
  const headers = { "content-type": "application/json", ...api.headers(token) };
  await api.fetch(`${url}${path}`, { method: "PATCH", headers, body });
  middle.close();
  return caught.promise;
}

async function statusOf(path: string, headers: IncomingHttpHeaders, body: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const given = { ...headers, "content-length": Buffer.byteLength(body) };
  const outgoing = request(`${stack.runnerApi.url}${path}`, { method: "PATCH", headers: given }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  outgoing.on("error", reject).end(body);
  return promise;
}

const params = {
  runId: "run_01J00000000000000000000000",
  taskId: "task_01J00000000000000000000000",
  keyId: "key_01J00000000000000000000000",
  storeId: "store_01J00000000000000000000000",
  agentType: "claude",
};

describe("the runner API", () => {
  it("answers the three operations of a run and nothing else", async () => {
    const others = everyOperation.filter(({ name }) => !(name in workOperations));
    expect(others.length).toBe(everyOperation.length - 3);
    for (const operation of others) {
      const answer = await signed(operation.method, pathOf(operation, params));
      expect({ name: operation.name, ...answer }).toEqual({ name: operation.name, status: 404, code: "not_found" });
    }
    expect(await signed("GET", "/")).toMatchObject({ status: 404 });
    expect(await signed("POST", `/api/runs/${params.runId}/claim`)).toMatchObject({ status: 404 });
    expect(await signed("GET", `/api/runs/${params.runId}/redeem`)).toMatchObject({ status: 405 });
  });

  it("answers nobody whose request the runners' role has not signed, whatever token is sent", async () => {
    const runId = await aRun();
    const ticket = await ticketOf(stack.ctx, runId, 1);
    const url = `${stack.runnerApi.url}/api/runs/${runId}/redeem`;
    const init = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
    const tokens = { authorization: `Bearer ${ticket}`, "x-errand-token": ticket };
    expect((await fetch(url, init)).status).toBe(403);
    expect((await fetch(url, { ...init, headers: { ...init.headers, ...tokens } })).status).toBe(403);
    expect((await fetch(`${stack.runnerApi.url}/api/health`)).status).toBe(403);
    const { url: place, keys } = stack.runnerApi;
    const strangers = [
      { ...keys, secretAccessKey: "guessed" },
      { ...keys, accessKeyId: "guessed" },
      { ...keys, sessionToken: "guessed" },
    ];
    for (const stranger of strangers) {
      const client = runnerClient({ url: place, keys: stranger }, ticket);
      await expect(client.redeemRun({ params: { runId }, body: {} })).rejects.toMatchObject({ status: 403 });
    }
    expect((await stack.client.getRun({ params: { runId } })).status).toBe("CLAIMED");
    await runnerClient(stack.runnerApi, ticket).redeemRun({ params: { runId }, body: {} });
  });

  it("answers no request that was changed on its way", async () => {
    const runId = await aRun();
    const { order } = await playRunner(stack, runId);
    const path = `/api/runs/${runId}/progress`;
    const body = '{"progressText":"mine"}';
    const headers = await signedHeaders(path, body, order.claimToken);
    const sent = (to: string, text: string, others = {}) => statusOf(to, { ...headers, ...others }, text);
    expect(await sent(path, body)).toBe(200);
    expect(await sent(path, '{"progressText":"theirs"}')).toBe(403);
    expect(await sent(path.replace("progress", "complete"), body)).toBe(403);
    expect(await sent(path, body, { "x-errand-token": "another" })).toBe(403);
  });

  it("says the same of a token that is missing, false or another run's", async () => {
    const [runId, other] = [await aRun(), await aRun()];
    const { order } = await playRunner(stack, runId);
    for (const [method, operation] of [
      ["PATCH", "progress"],
      ["POST", "redeem"],
    ] as const) {
      for (const token of [undefined, "", "guessed", order.claimToken]) {
        const run = token === order.claimToken ? other : runId;
        const refused = await signed(method, `/api/runs/${run}/${operation}`, token);
        expect(refused).toEqual({ status: 401, code: "unauthenticated" });
      }
    }
    const wrong = runnerClient(stack.runnerApi, "guessed");
    const report = { params: { runId }, body: { outcome: "DONE" as const } };
    await expect(wrong.completeRun(report)).rejects.toMatchObject({ status: 401, code: "unauthenticated" });
  });
});

describe("a runner of the version before", () => {
  it("goes on at the API that people use, from its ticket to its end", async () => {
    const runId = await aRun();
    const as = (token: string) =>
      createClient({ baseUrl: stack.url, headers: () => ({ authorization: `Bearer ${token}` }) });
    const ticket = await ticketOf(stack.ctx, runId, 1);
    const { claimToken } = await as(ticket).redeemRun({ params: { runId }, body: {} });
    expect(await as(claimToken).progressRun({ params: { runId }, body: {} })).toMatchObject({ stop: null });
    const failed = { outcome: "FAILED" as const, error: { code: "AGENT_ERROR" as const } };
    expect(await as(claimToken).completeRun({ params: { runId }, body: failed })).toEqual({ status: "FAILED" });
  });
});

describe("hundreds of requests that hang in the API that people use", () => {
  it("are not in the way of a run that reports and ends", async () => {
    const runId = await aRun();
    const runner = await playRunner(stack, runId);
    await inContainer(stack, runId, "of-the-flood");
    stack.aws.faults.add({ service: "logs", operation: "GetLogEvents", kind: "hang", times: 1000 });
    const giveUp = new AbortController();
    const flood = Array.from({ length: 300 }, () =>
      stack.client.getRunLogs({ params: { runId } }, giveUp.signal).catch(() => "given up"),
    );
    await until(() => stack.aws.calls.count("logs", "GetLogEvents") > 0);
    expect(await runner.progress([], "Still working.")).toMatchObject({ stop: null });
    expect(await runner.complete()).toEqual({ status: "DONE" });
    giveUp.abort();
    expect(await Promise.all(flood)).toEqual(flood.map(() => "given up"));
  });
});
