import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import type { WorkOrder } from "../../contract/work-order.ts";
import { runnerApiOf } from "./api.ts";
import { ClaimGone, type Lease, redeem } from "./lease.ts";
import { type FakeApi, region, startFakeApi } from "./testing/fake-api.ts";

const runId = "run_01J00000000000000000000000";
const order: WorkOrder = {
  claimToken: "claim-token",
  leaseSeconds: 60,
  heartbeatSeconds: 30,
  deadlineAt: "2030-01-01T00:00:00.000Z",
  run: { id: runId, attempt: 1, trigger: "MANUAL", taskId: "task_01J00000000000000000000000", taskName: "t" },
  task: {
    prompt: "do",
    agentType: "claude-runner",
    sourceUrl: null,
    subPath: null,
    model: "m",
    maxTurns: 5,
    allowedTools: [],
    disallowedTools: [],
    sandbox: null,
  },
  secrets: { credential: { kind: "anthropicapikey", value: "sk-ant-0123456789" }, gitToken: null, environment: {} },
};
const call = {
  at: "2030-01-01T00:00:00.000Z",
  provider: "anthropic",
  model: "m",
  inputTokens: 1,
  outputTokens: 2,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  webSearches: 0,
  usageKnown: true,
  durationMs: 3,
  status: 200,
} as const;

let api: FakeApi;
afterEach(async () => {
  vi.unstubAllEnvs();
  await api?.close();
});

/** A lease whose time passes only while it waits. */
async function open(prepare: (api: FakeApi) => void = () => {}): Promise<{ lease: Lease; now: () => number }> {
  api = await startFakeApi(order);
  prepare(api);
  let now = 0;
  const wait = async (ms: number) => {
    now += ms;
  };
  const giveUp = new AbortController().signal;
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", api.credentialsUrl);
  const place = runnerApiOf({ runnerApiUrl: api.url, apiUrl: undefined, region }, Date.now);
  const options = { api: place, runId, ticket: api.ticket, taskArn: "arn:x", clock: () => now, wait, giveUp };
  return { lease: await redeem(options), now: () => now };
}
const never = () => Number.POSITIVE_INFINITY;

test("redeems once, and tells which container it is", async () => {
  const { lease } = await open();
  expect(lease.order).toEqual(order);
  expect(api.redeemed).toEqual([{ taskArn: "arn:x" }]);
});

test("waits for an API that is away, but not for ever", async () => {
  let failures = 0;
  const { now } = await open((it) => {
    it.away = () => failures++ < 4;
  });
  expect(now()).toBeGreaterThan(1000);
  await api.close();
  await expect(
    open((it) => {
      it.away = () => true;
    }),
  ).rejects.toThrow("could not be reached");
});

test("numbers the calls and sends each again until it is acknowledged", async () => {
  const { lease } = await open();
  lease.addCall(call);
  api.away = () => true;
  expect(await lease.beat("working")).toBeUndefined();
  lease.addCall(call);
  api.away = () => false;
  expect(await lease.beat("working")).toEqual({ leaseSeconds: 60, stop: null, budgetLeftUsd: null });
  lease.addCall(call);
  expect(await lease.complete({ outcome: "DONE", lastLine: 7 }, never)).toBe(true);
  expect(api.progress).toMatchObject([{ progressText: "working", calls: [{ seq: 1 }, { seq: 2 }] }]);
  expect(api.completed).toMatchObject({ outcome: "DONE", lastLine: 7, calls: [{ seq: 3 }] });
});

test("sends many calls in portions that the API takes", async () => {
  const { lease } = await open();
  for (let i = 0; i < 450; i++) lease.addCall(call);
  expect(await lease.complete({ outcome: "DONE" }, never)).toBe(true);
  expect(api.calls()).toHaveLength(450);
  expect([...api.progress, api.completed].map((message) => message?.calls.length)).toEqual([200, 200, 50]);
});

test("reports what is done though the API be away for longer than the lease", async () => {
  const { lease, now } = await open();
  api.away = () => now() < 320_000;
  expect(await lease.beat()).toBeUndefined();
  expect(await lease.complete({ outcome: "DONE" }, never)).toBe(true);
  expect(api.completed).toMatchObject({ outcome: "DONE" });
  api.completed = undefined;
  api.away = () => true;
  expect(await lease.complete({ outcome: "DONE" }, never)).toBe(false);
  expect(now()).toBeLessThan(330_000 + 905_000);
});

test.each([403, 404, 405, 408, 429, 500, 502, 503])("a %s is not the end of a claim", async (status) => {
  const { lease, now } = await open();
  api.odd = () => (now() < 300_000 ? { status, body: "<html>Not now</html>" } : undefined);
  expect(await lease.beat("working")).toBeUndefined();
  expect(await lease.complete({ outcome: "DONE" }, never)).toBe(true);
  expect(now()).toBeGreaterThanOrEqual(300_000);
});

test.each([401, 409, 410])("a %s is, whatever its words", async (status) => {
  const { lease } = await open();
  api.odd = () => ({ status, body: '{"error":{"code":"a_new_code","message":"No."}}' });
  await expect(lease.beat()).rejects.toThrow(ClaimGone);
  await expect(lease.complete({ outcome: "DONE" }, never)).rejects.toThrow(ClaimGone);
});

test("leaves an API alone for as long as it asks", async () => {
  const { lease, now } = await open();
  const asked: number[] = [];
  api.odd = () => {
    asked.push(now());
    return asked.length < 3 ? { status: 429, headers: { "retry-after": "40" } } : undefined;
  };
  expect(await lease.beat()).toBeUndefined();
  expect(await lease.beat()).toBeUndefined();
  expect(asked).toEqual([0]);
  expect(await lease.complete({ outcome: "DONE" }, never)).toBe(true);
  expect(asked).toEqual([0, 0, 40_000]);
});

test("a report whose answer is lost is sent again", async () => {
  const { lease } = await open();
  let lost = 0;
  api.lost = () => lost++ < 1;
  lease.addCall(call);
  expect(await lease.beat()).toBeUndefined();
  expect(await lease.beat()).toMatchObject({ stop: null });
  expect(api.calls()).toHaveLength(1);
});

test("an API that does not understand a message is sent a smaller one, so that no run is given up", async () => {
  const { lease } = await open();
  const refused = { status: 400, body: '{"error":{"code":"invalid_input","message":"Not valid."}}' };
  const keys = (body: unknown) => Object.keys(body as object);
  const seen: string[][] = [];
  api.odd = (_, body) => {
    seen.push(keys(body));
    return keys(body).some((key) => !["outcome", "error"].includes(key)) ? refused : undefined;
  };
  lease.addCall(call);
  expect(await lease.beat("working")).toMatchObject({ stop: null });
  const error = { code: "NO_WORK", message: "It did nothing." } as const;
  expect(await lease.complete({ outcome: "FAILED", error, result: "?", turns: 0, lastLine: 3 }, never)).toBe(true);
  expect(api.completed).toEqual({ outcome: "FAILED", error: { code: "NO_WORK" }, calls: [] });
  expect(seen.slice(0, 2)).toEqual([["progressText", "calls"], []]);
});

test("an API that does not know an error's code is told of an agent's error", async () => {
  const { lease } = await open();
  api.odd = (_, body) => (JSON.stringify(body).includes("NO_WORK") ? { status: 400 } : undefined);
  expect(await lease.complete({ outcome: "FAILED", error: { code: "NO_WORK" } }, never)).toBe(true);
  expect(api.completed?.error).toEqual({ code: "AGENT_ERROR" });
});

test("passes over what it does not know in answers", async () => {
  const { lease } = await open();
  const answer = (body: object) => {
    api.odd = () => ({ status: 200, body: JSON.stringify(body) });
  };
  answer({ leaseSeconds: 60, stop: null, news: true });
  expect(await lease.beat()).toEqual({ leaseSeconds: 60, stop: null, budgetLeftUsd: null });
  answer({ leaseSeconds: 60, stop: "BUDGET_EXCEEDED", budgetLeftUsd: 0 });
  expect((await lease.beat())?.stop).toBe("CANCELLED");
  answer({ status: "ARCHIVED" });
  expect(await lease.complete({ outcome: "DONE" }, never)).toBe(true);
});

test("gives up sooner when the machine goes", async () => {
  const { lease, now } = await open();
  api.away = () => true;
  expect(await lease.complete({ outcome: "DONE" }, () => 5000)).toBe(false);
  expect(now()).toBeLessThan(8000);
});

test("a claim that is gone is not argued about", async () => {
  const { lease } = await open();
  api.gone = true;
  await expect(lease.beat()).rejects.toThrow(ClaimGone);
  await expect(lease.complete({ outcome: "DONE" }, never)).rejects.toThrow(ClaimGone);
});

test("signs with the credentials of its role, which it asks for once and again before they expire", async () => {
  const { lease } = await open();
  expect(await lease.beat()).toBeDefined();
  expect(api.credentialsAsked).toBe(1);
  await api.close();

  const short = await open((it) => {
    it.credentialsLast = 240_000;
  });
  expect(await short.lease.beat()).toBeDefined();
  expect(api.credentialsAsked).toBe(2);
});

test("asks for new credentials when those it has are refused, and holds no refusal of AWS for the end of its run", async () => {
  const { lease } = await open();
  api.accessKeyId = "next-key-of-the-role";
  expect(await lease.beat()).toBeUndefined();
  expect(await lease.beat()).toMatchObject({ stop: null });
});

test("speaks as the version before did where the functions that started it are of that version", async () => {
  const seen: string[] = [];
  const former = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    response.end(JSON.stringify(order));
  });
  await new Promise<void>((resolve) => former.listen(0, "127.0.0.1", resolve));
  const apiUrl = `http://127.0.0.1:${(former.address() as AddressInfo).port}`;
  const place = runnerApiOf({ runnerApiUrl: undefined, apiUrl, region: undefined }, Date.now);
  const giveUp = new AbortController().signal;
  const wait = async () => {};
  await redeem({ api: place, runId, ticket: "a-ticket", taskArn: undefined, clock: () => 0, wait, giveUp });
  expect(seen).toEqual([`/api/runs/${runId}/redeem Bearer a-ticket`]);
  former.close();
});
