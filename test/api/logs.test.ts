import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogPage, ShownLine } from "../../contract/log.ts";
import { names } from "../../local/deployment.ts";
import { bearerOf, send } from "../support/api.ts";
import { inContainer, playRunner } from "../support/runner.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

/** A container that prints two lines of the runner, a line that is none, and then runs on. */
const talker = {
  command: [
    "sh",
    "-c",
    `echo '{"n":1,"t":"2026-11-01T00:00:00.000Z","kind":"system","text":"hello"}'; echo 'not JSON'; ` +
      `echo '{"n":2,"t":"2026-11-01T00:00:01.000Z","kind":"assistant","text":"from stdout"}'; exec sleep 1000`,
  ],
  env: { PATH: "/usr/bin:/bin" },
};

let stack: Stack;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  stack = await startStack({ images: { [names.image("claude")]: talker, [names.image("codex")]: talker } });
  logs = new CloudWatchLogsClient();
  await stack.client.putCredential({
    params: { agentType: "claude" },
    body: { kind: "anthropicapikey", value: canary },
  });
});
afterAll(() => stack.close());

const started = async () => {
  const { id: taskId } = await stack.createTask();
  return (await stack.client.runTask({ params: { taskId } })).id;
};
let containers = 0;
/** A run with a log stream of its own, as if its container had this id. */
async function played(runId?: string, attempt = 1) {
  const id = runId ?? (await started());
  containers += 1;
  const container = `made-up-${containers}`;
  const runner = await playRunner(stack, id, attempt);
  return { id, runner, container, stream: await inContainer(stack, id, container) };
}
async function write(logStreamName: string, texts: string[], create = true) {
  const logGroupName = stack.ctx.config.logGroup;
  if (create) await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = texts.map((message) => ({ timestamp: Date.now(), message }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}
const line = (n: number, text = `line ${n}`) =>
  JSON.stringify({ n, t: "2026-11-01T00:00:00.000Z", kind: "assistant", text });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const read = (runId: string, query: { cursor?: string; limit?: number; from?: "head" | "tail" } = {}) =>
  stack.client.getRunLogs({ params: { runId }, query });
const told = (lines: ShownLine[]) =>
  lines.map((each) => (each.kind === "gap" ? `gap ${each.n}+${each.count}` : each.n));
/** The end of a run is long enough ago for CloudWatch to have delivered everything. */
const endedLongAgo = (runId: string, seconds = 60) => {
  const endedAt = new Date(Date.now() - seconds * 1000).toISOString();
  return stack.ctx.table.entities.run.patch({ runId }).set({ endedAt }).go();
};

async function forwardFrom(page: LogPage, runId: string, limit: number): Promise<ShownLine[]> {
  const lines = [...page.lines];
  for (let next = page; !next.complete; ) {
    const after = next.nextCursor ?? undefined;
    next = await read(runId, { cursor: after, limit });
    lines.push(...next.lines);
    if (next.nextCursor === after) break;
  }
  return lines;
}
async function backwardFrom(page: LogPage, runId: string, limit: number): Promise<ShownLine[]> {
  const lines = [...page.lines];
  for (let next = page; next.previousCursor !== null; ) {
    next = await read(runId, { cursor: next.previousCursor, limit });
    lines.unshift(...next.lines);
  }
  return lines;
}

describe("the log of a run", () => {
  it("is what its container prints, lines that are no JSON too", async () => {
    const id = await started();
    const ecs = new ECSClient();
    const { cluster } = stack.ctx.config;
    const taskArn = await until(async () => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster }));
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      return tasks?.find((task) => task.startedBy?.startsWith(id) && task.lastStatus === "RUNNING")?.taskArn;
    });
    await playRunner(stack, id, 1, taskArn);
    const page = await until(async () => {
      const seen = await read(id);
      return seen.lines.length >= 3 && seen;
    });
    expect(page.lines).toMatchObject([
      { n: 1, kind: "system", text: "hello", attempt: 1 },
      { kind: "error", text: "not JSON", attempt: 1 },
      { n: 2, kind: "assistant", text: "from stdout", attempt: 1 },
    ]);
    expect(page).toMatchObject({ complete: false, expired: false, expiredAt: null, lost: 0 });
  });

  it("is whole page by page, from its head and from its tail, whatever the size of a page", async () => {
    const { id, runner, stream } = await played();
    await write(
      stream,
      range(1, 25).map((n) => line(n)),
    );
    await runner.complete({ lastLine: 25 });
    for (const limit of [1, 4, 5, 24, 25, 26, 1000]) {
      const head = await read(id, { limit });
      expect(head.previousCursor).toBeNull();
      expect(told(await forwardFrom(head, id, limit))).toEqual(range(1, 25));
      const tail = await read(id, { limit, from: "tail" });
      expect(tail).toMatchObject({ complete: true, lost: 0 });
      expect(tail.lines.at(-1)).toMatchObject({ n: 25 });
      expect(told(await backwardFrom(tail, id, limit))).toEqual(range(1, 25));
    }
  });

  it("can be read back and forth from the same place", async () => {
    const { id, runner, stream } = await played();
    await write(
      stream,
      range(1, 12).map((n) => line(n)),
    );
    await runner.complete({ lastLine: 12 });
    const first = await read(id, { limit: 4 });
    const second = await read(id, { limit: 4, cursor: first.nextCursor ?? "" });
    const back = await read(id, { limit: 4, cursor: second.previousCursor ?? "" });
    const again = await read(id, { limit: 4, cursor: back.nextCursor ?? "" });
    expect([first, second, back, again].map(({ lines }) => told(lines))).toEqual([
      range(1, 4),
      range(5, 8),
      range(1, 4),
      range(5, 8),
    ]);
  });

  it("grows under a cursor while the run goes on, and says when it is complete", async () => {
    const { id, runner, stream } = await played();
    const empty = await read(id);
    expect(empty).toMatchObject({ lines: [], complete: false, lost: 0 });
    await write(stream, [line(1), line(2)]);
    const first = await read(id, { cursor: empty.nextCursor ?? "" });
    expect(told(first.lines)).toEqual([1, 2]);
    const quiet = await read(id, { cursor: first.nextCursor ?? "" });
    expect(quiet).toMatchObject({ lines: [], complete: false, nextCursor: first.nextCursor });
    await write(stream, [line(3)], false);
    const third = await read(id, { cursor: quiet.nextCursor ?? "" });
    expect(told(third.lines)).toEqual([3]);
    await runner.complete({ lastLine: 4 });
    const late = await read(id, { cursor: third.nextCursor ?? "" });
    expect(late).toMatchObject({ lines: [], complete: false, lost: 0 });
    await write(stream, [line(4)], false);
    const last = await read(id, { cursor: late.nextCursor ?? "" });
    expect([told(last.lines), last.complete, last.lost]).toEqual([[4], true, 0]);
  });

  it("shows what is missing as a gap and counts it, forwards and backwards", async () => {
    const { id, runner, stream } = await played();
    await write(stream, [line(3), line(4), line(7), line(8), line(9)]);
    await runner.complete({ lastLine: 11 });
    await endedLongAgo(id);
    const expected = ["gap 1+2", 3, 4, "gap 5+2", 7, 8, 9, "gap 10+2"];
    expect(await read(id)).toMatchObject({ lost: 4, complete: false });
    for (const limit of [1, 2, 3, 100]) {
      expect(told(await forwardFrom(await read(id, { limit }), id, limit))).toEqual(expected);
      const tail = await read(id, { limit, from: "tail" });
      expect(tail.complete).toBe(true);
      expect(told(await backwardFrom(tail, id, limit))).toEqual(expected);
    }
  });

  it("that never came is one gap once it cannot come any more", async () => {
    const { id, runner } = await played();
    await runner.complete({ lastLine: 40 });
    expect(await read(id)).toMatchObject({ lines: [], complete: false });
    await endedLongAgo(id);
    for (const from of ["head", "tail"] as const) {
      const page = await read(id, { from });
      expect([told(page.lines), page.complete, page.lost]).toEqual([["gap 1+40"], true, 40]);
    }
  });

  it("goes on from attempt to attempt, both ways, also over one that left nothing", async () => {
    const { id, stream } = await played();
    await write(stream, [line(1), line(2), line(3)]);
    const stop = (attempt: number) =>
      stack.invoke("runner-stopped", { detail: { lastStatus: "STOPPED", startedBy: `${id}/${attempt}` } });
    await stop(1);
    await played(id, 2);
    await stop(2);
    const third = await played(id, 3);
    await write(third.stream, [line(1), line(2)]);
    await third.runner.complete({ lastLine: 2 });
    const expected = [1, 1, 1, 3, 3];
    for (const limit of [1, 2, 100]) {
      const head = await forwardFrom(await read(id, { limit }), id, limit);
      expect(head.map(({ attempt }) => attempt)).toEqual(expected);
      expect(told(head)).toEqual([1, 2, 3, 1, 2]);
      const tail = await read(id, { limit, from: "tail" });
      expect(tail.complete).toBe(true);
      expect((await backwardFrom(tail, id, limit)).map(({ attempt }) => attempt)).toEqual(expected);
    }
  });

  it("past its retention is said to be so, with the time, whatever is asked for", async () => {
    const { id, runner, stream } = await played();
    await write(stream, [line(1), line(2)]);
    await runner.complete({ lastLine: 2 });
    const { nextCursor } = await read(id, { limit: 1 });
    await endedLongAgo(id, names.logRetentionDays * 86_400 + 60);
    const { endedAt } = await stack.client.getRun({ params: { runId: id } });
    const expiredAt = new Date(Date.parse(endedAt ?? "") + names.logRetentionDays * 86_400_000).toISOString();
    for (const query of [{}, { from: "tail" }, { cursor: nextCursor ?? "" }] as const) {
      const page = await read(id, query);
      expect(page).toEqual({
        lines: [],
        nextCursor: null,
        previousCursor: null,
        complete: true,
        expired: true,
        expiredAt,
        lost: 0,
      });
    }
  });

  it("of a run that never started is complete and empty at once", async () => {
    const id = await started();
    expect(await read(id)).toMatchObject({ lines: [], complete: false });
    await stack.client.cancelRun({ params: { runId: id } });
    for (const from of ["head", "tail"] as const) {
      expect(await read(id, { from })).toMatchObject({ lines: [], complete: true, expired: false, lost: 0 });
    }
  });

  it("refuses a cursor that no page of it answered", async () => {
    const { id, stream } = await played();
    await write(stream, [line(1)]);
    const headers = await bearerOf(stack, "viewer");
    const made = (cursor: unknown) => Buffer.from(JSON.stringify(cursor)).toString("base64url");
    const cursors = [
      "rubbish",
      "🎉",
      made({}),
      made({ s: -1, dir: "forward" }),
      made({ s: 1, dir: "forward" }),
      made({ s: 0, dir: "sideways" }),
      made({ s: 0, dir: "forward", token: "" }),
      made({ s: 0, dir: "forward", token: "f/made-up" }),
    ];
    for (const cursor of cursors) {
      const path = `/api/runs/${id}/logs?cursor=${encodeURIComponent(cursor)}`;
      const answer = await send(stack, "GET", path, { headers });
      expect([cursor, answer.status, Object.keys(answer.json?.error?.fields ?? {})]).toEqual([cursor, 400, ["cursor"]]);
    }
  });
});
