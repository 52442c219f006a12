import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import { refusal, temporaryFolder, testAws } from "../test-aws.ts";
import { readPage } from "./page.ts";
import { LogStreamFiles } from "./stream.ts";

const DAY = 86_400_000;
const STREAM = { logGroupName: "/errand/test", logStreamName: "run/runner/1" };

async function logsClient() {
  const aws = await testAws();
  const logs = new CloudWatchLogsClient(aws.client);
  await logs.send(new CreateLogGroupCommand({ logGroupName: STREAM.logGroupName }));
  await logs.send(new CreateLogStreamCommand(STREAM));
  const put = (messages: string[], timestamp = aws.clock.now) =>
    logs.send(new PutLogEventsCommand({ ...STREAM, logEvents: messages.map((message) => ({ message, timestamp })) }));
  const get = async (options: Partial<GetLogEventsCommandInput> = {}) => {
    const page = await logs.send(new GetLogEventsCommand({ ...STREAM, ...options }));
    return {
      lines: page.events?.map((event) => event.message ?? "") ?? [],
      forward: page.nextForwardToken,
      backward: page.nextBackwardToken,
    };
  };
  return { ...aws, logs, put, get };
}

describe("pages of a stream", () => {
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

  it("go forward from the head, and the same token comes back at the end until more is there", async () => {
    const { put, get } = await logsClient();
    await put(numbers(0, 5));
    const first = await get({ startFromHead: true, limit: 3 });
    const second = await get({ startFromHead: true, limit: 3, nextToken: first.forward });
    const third = await get({ startFromHead: true, limit: 3, nextToken: second.forward });
    expect([first.lines, second.lines, third.lines]).toEqual([numbers(0, 3), numbers(3, 5), []]);
    expect(third.forward).toBe(second.forward);
    await put(numbers(5, 6));
    expect((await get({ nextToken: third.forward })).lines).toEqual(numbers(5, 6));
  });

  it("go backward from the tail, and the same token comes back at the beginning", async () => {
    const { put, get } = await logsClient();
    await put(numbers(0, 5));
    const last = await get({ limit: 3 });
    const before = await get({ limit: 3, nextToken: last.backward });
    const none = await get({ limit: 3, nextToken: before.backward });
    expect([last.lines, before.lines, none.lines]).toEqual([numbers(2, 5), numbers(0, 2), []]);
    expect(none.backward).toBe(before.backward);
    expect((await get({ nextToken: before.forward })).lines).toEqual(numbers(2, 5));
  });

  it("hold one megabyte at most", async () => {
    const { put, get } = await logsClient();
    const big = "ä".repeat(250_000);
    for (let n = 0; n < 3; n += 1) await put([`${n}${big}`]);
    const first = await get({ startFromHead: true });
    expect(first.lines.map((line) => line[0])).toEqual(["0", "1"]);
    expect((await get({ nextToken: first.forward })).lines.map((line) => line[0])).toEqual(["2"]);
    expect((await get({})).lines.map((line) => line[0])).toEqual(["1", "2"]);
  });

  it("keep to startTime (inclusive) and endTime (exclusive)", async () => {
    const { put, get, clock } = await logsClient();
    for (let n = 0; n < 5; n += 1) await put([`line ${n}`], clock.now + n);
    const page = await get({ startTime: clock.now + 1, endTime: clock.now + 3, startFromHead: true });
    expect(page.lines).toEqual(["line 1", "line 2"]);
  });

  it("cost the same in a stream of a billion events as in a short one", async () => {
    const path = join(await temporaryFolder(), "stream");
    writeFileSync(`${path}.idx`, "");
    // A file with a hole: whoever reads through it, rather than where the page is, does not come back in time.
    truncateSync(`${path}.idx`, 1_000_000_000 * 32);
    const files = new LogStreamFiles(path);
    files.append(["a", "b", "c"].map((message) => ({ message, timestamp: 7, ingestionTime: 7 })));
    const request = { limit: 2, fromHead: false, since: 7, until: Number.POSITIVE_INFINITY };
    const last = readPage(files, { ...request, token: undefined });
    const before = readPage(files, { ...request, token: last.nextBackwardToken });
    expect(last.events?.map((event) => event.message)).toEqual(["b", "c"]);
    expect(before.events?.map((event) => event.message)).toEqual(["a"]);
  });
});

describe("what a container writes", () => {
  it("becomes one event a line; the last one without an end waits until the container has stopped", async () => {
    const files = new LogStreamFiles(join(await temporaryFolder(), "stream"));
    appendFileSync(files.containerFile, "one\n\ntwo\nthr");
    files.takeUp(1, false);
    appendFileSync(files.containerFile, "ee");
    files.takeUp(2, false);
    expect(files.read(0, 9).map((event) => event.message)).toEqual(["one", "two"]);
    files.takeUp(3, true);
    files.takeUp(4, true);
    expect(files.read(0, 9)).toEqual([
      { message: "one", timestamp: 1, ingestionTime: 1 },
      { message: "two", timestamp: 1, ingestionTime: 1 },
      { message: "three", timestamp: 3, ingestionTime: 3 },
    ]);
  });

  it("is cut into events of 256 KiB between two characters", async () => {
    const files = new LogStreamFiles(join(await temporaryFolder(), "stream"));
    appendFileSync(files.containerFile, `x${"ä".repeat(200_000)}\nend\n`);
    files.takeUp(1, false);
    const messages = files.read(0, 9).map((event) => event.message);
    expect(messages).toHaveLength(3);
    expect(messages.slice(0, 2).join("")).toBe(`x${"ä".repeat(200_000)}`);
  });

  it("is read again from its last whole index entry after a crash tore one", async () => {
    const path = join(await temporaryFolder(), "stream");
    const files = new LogStreamFiles(path);
    appendFileSync(files.containerFile, "one\ntwo\n");
    files.takeUp(1, false);
    truncateSync(`${path}.idx`, 40);
    files.takeUp(2, false);
    expect(files.read(0, 9).map((event) => event.message)).toEqual(["one", "two"]);
  });
});

describe("retention", () => {
  it("hides expired events, then the whole stream is empty, and its data is gone", async () => {
    const { logs, put, get, clock, server } = await logsClient();
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: STREAM.logGroupName, retentionInDays: 1 }));
    await put(["old"]);
    clock.now += DAY / 2;
    await put(["new"]);
    clock.now += DAY / 2 + 1;
    expect((await get({ startFromHead: true })).lines).toEqual(["new"]);
    clock.now = Date.now() + 3 * DAY;
    await server.tick();
    expect(await get()).toMatchObject({ lines: [] });
    const described = await logs.send(new DescribeLogStreamsCommand({ logGroupName: STREAM.logGroupName }));
    expect(described.logStreams?.[0]).not.toHaveProperty("lastEventTimestamp");
    const groups = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/errand" }));
    expect(groups.logGroups).toMatchObject([{ logGroupName: "/errand/test", retentionInDays: 1 }]);
  });

  it("refuses days that CloudWatch does not offer", async () => {
    const { logs } = await logsClient();
    const put = logs.send(new PutRetentionPolicyCommand({ logGroupName: STREAM.logGroupName, retentionInDays: 2 }));
    expect(await refusal(put)).toMatch(/^InvalidParameterException/);
  });
});

describe("PutLogEvents", () => {
  it("says which events were too old or too new and keeps the rest", async () => {
    const { logs, get, clock } = await logsClient();
    const times = [clock.now - 20 * DAY, clock.now];
    const put = (all: number[]) =>
      logs.send(
        new PutLogEventsCommand({
          ...STREAM,
          logEvents: all.map((timestamp) => ({ timestamp, message: String(timestamp) })),
        }),
      );
    expect((await put(times.slice(0, 1))).rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const mixed = await put([clock.now, clock.now + 3 * 3_600_000]);
    expect(mixed.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect((await get()).lines).toEqual([String(clock.now)]);
    expect(await refusal(put([clock.now, clock.now - 1]))).toMatch(/^InvalidParameterException.*chronological/);
    expect(await refusal(put(times))).toMatch(/^InvalidParameterException.*24 hours/);
    expect(await refusal(put([]))).toMatch(/^InvalidParameterException/);
  });
});

it("describes streams by name and by time, in pages", async () => {
  const { logs, put } = await logsClient();
  const names = ["a", "b"].map((logStreamName) => ({ ...STREAM, logStreamName }));
  for (const stream of names) await logs.send(new CreateLogStreamCommand(stream));
  await put(["x"]);
  const list = async (options: object) => {
    const command = new DescribeLogStreamsCommand({ logGroupName: STREAM.logGroupName, ...options });
    const page = await logs.send(command);
    return { names: page.logStreams?.map((each) => each.logStreamName), nextToken: page.nextToken };
  };
  const first = await list({ limit: 2 });
  expect(first.names).toEqual(["a", "b"]);
  expect((await list({ limit: 2, nextToken: first.nextToken })).names).toEqual([STREAM.logStreamName]);
  expect((await list({ orderBy: "LastEventTime", descending: true })).names?.[0]).toBe(STREAM.logStreamName);
  expect((await list({ logStreamNamePrefix: "run/" })).names).toEqual([STREAM.logStreamName]);
});

it("deletes streams and groups with all that is in them", async () => {
  const { logs, put, get } = await logsClient();
  await put(["x"]);
  await logs.send(new DeleteLogStreamCommand(STREAM));
  expect(await refusal(get())).toMatch(/^ResourceNotFoundException.*log stream/);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: STREAM.logGroupName }));
  expect(await refusal(get())).toMatch(/^ResourceNotFoundException.*log group/);
});

it.each([
  ["a limit over 10,000", new GetLogEventsCommand({ ...STREAM, limit: 10_001 }), /^InvalidParameterException/],
  ["a token of its own", new GetLogEventsCommand({ ...STREAM, nextToken: "f/1/s" }), /^InvalidParameterException/],
  ["no group", new GetLogEventsCommand({ logStreamName: "x" }), /^InvalidParameterException/],
  ["an unknown stream", new GetLogEventsCommand({ ...STREAM, logStreamName: "x" }), /^ResourceNotFoundException/],
  ["a stream that is there", new CreateLogStreamCommand(STREAM), /^ResourceAlreadyExistsException/],
  ["a group that is there", new CreateLogGroupCommand(STREAM), /^ResourceAlreadyExistsException/],
  ["a group's name with a space", new CreateLogGroupCommand({ logGroupName: "a b" }), /^InvalidParameterException/],
  ["a stream's name with a colon", new CreateLogStreamCommand({ ...STREAM, logStreamName: "a:b" }), /^InvalidParam/],
])("refuses %s", async (_what, command, expected) => {
  const { logs } = await logsClient();
  expect(await refusal(logs.send(command as GetLogEventsCommand))).toMatch(expected);
});
