import * as client from "@aws-sdk/client-cloudwatch-logs";
import { pageOf } from "../paging.ts";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";
import { readPage } from "./page.ts";
import { acceptEvents } from "./put.ts";
import type { LogStore, StreamRow } from "./store.ts";

const model = loadModel({
  service: "logs",
  protocol: "awsJson1_1",
  client,
  invalid: "InvalidParameterException",
  enums: { "DescribeLogStreamsRequest.orderBy": Object.values(client.OrderBy) },
});

const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const STREAM_NAME = /^[^:*]{1,512}$/;
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

type GroupRef = { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined };

/**
 * CloudWatch Logs. Events are kept in the order of arrival; startTime and endTime are found by binary search, which
 * takes the times of a stream to ascend.
 */
export function logs(context: AwsContext, store: LogStore): Service {
  const arn = (group: string) => `arn:aws:logs:${context.region}:${context.account}:log-group:${group}`;

  function createLogGroup(input: Checked<client.CreateLogGroupRequest>): void {
    if (!GROUP_NAME.test(input.logGroupName)) throw invalid("logGroupName", input.logGroupName);
    if (store.group(input.logGroupName)) throw exists("log group");
    store.createGroup(input.logGroupName);
  }

  function putRetentionPolicy(input: Checked<client.PutRetentionPolicyRequest>): void {
    const days = input.retentionInDays;
    if (!RETENTION_DAYS.includes(days)) throw invalid("retentionInDays", String(days));
    store.setRetention(requireGroup(input.logGroupName), days);
  }

  function deleteLogGroup(input: Checked<client.DeleteLogGroupRequest>): void {
    store.deleteGroup(requireGroup(input.logGroupName));
  }

  function describeLogGroups(
    input: Checked<client.DescribeLogGroupsRequest>,
  ): Answer<client.DescribeLogGroupsResponse> {
    const rows = store.groups(input.logGroupNamePrefix ?? "");
    const page = pageOf(rows, (row) => row.name, { limit: limitOf(input.limit, 50, 50), ...token(input.nextToken) });
    return {
      logGroups: page.items.map((row) => ({
        logGroupName: row.name,
        creationTime: row.created,
        retentionInDays: row.retention_days ?? undefined,
        arn: `${arn(row.name)}:*`,
        logGroupArn: arn(row.name),
        metricFilterCount: 0,
        storedBytes: 0,
        logGroupClass: "STANDARD",
      })),
      nextToken: page.nextToken,
    };
  }

  function createLogStream(input: Checked<client.CreateLogStreamRequest>): void {
    const group = requireGroup(input.logGroupName);
    if (!STREAM_NAME.test(input.logStreamName)) throw invalid("logStreamName", input.logStreamName);
    if (store.stream(group, input.logStreamName)) throw exists("log stream");
    store.createStream(group, input.logStreamName);
  }

  function deleteLogStream(input: Checked<client.DeleteLogStreamRequest>): void {
    store.deleteStream(requireStream(requireGroup(input.logGroupName), input.logStreamName));
  }

  function describeLogStreams(
    input: Checked<client.DescribeLogStreamsRequest>,
  ): Answer<client.DescribeLogStreamsResponse> {
    const group = groupOf(input);
    const byTime = input.orderBy === "LastEventTime";
    if (byTime && input.logStreamNamePrefix !== undefined)
      throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
    const prefix = input.logStreamNamePrefix ?? "";
    const described = store
      .streams(group)
      .filter((row) => row.name.startsWith(prefix))
      .map((row) => describeStream(group, row));
    const key = (stream: client.LogStream) =>
      byTime
        ? `${String(stream.lastEventTimestamp ?? 0).padStart(16, "0")} ${stream.logStreamName}`
        : (stream.logStreamName ?? "");
    described.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    if (input.descending) described.reverse();
    const order = new Map(described.map((stream, index) => [stream, String(index).padStart(12, "0")]));
    const page = pageOf(described, (stream) => order.get(stream) ?? "", {
      limit: limitOf(input.limit, 50, 50),
      ...token(input.nextToken),
    });
    return { logStreams: page.items, nextToken: page.nextToken };
  }

  function describeStream(group: string, row: StreamRow): client.LogStream {
    const files = store.current(row);
    const count = files.count;
    const first = files.firstFrom(store.expiredBefore(group));
    return {
      logStreamName: row.name,
      creationTime: row.created,
      arn: `${arn(group)}:log-stream:${row.name}`,
      firstEventTimestamp: first < count ? files.timestampOf(first) : undefined,
      lastEventTimestamp: first < count ? files.timestampOf(count - 1) : undefined,
      lastIngestionTime: first < count ? files.ingestionOf(count - 1) : undefined,
      storedBytes: 0,
    };
  }

  function putLogEvents(input: Checked<client.PutLogEventsRequest>): Answer<client.PutLogEventsResponse> {
    const group = requireGroup(input.logGroupName);
    const row = requireStream(group, input.logStreamName);
    const { accepted, rejected } = acceptEvents(input.logEvents, context.now(), store.expiredBefore(group));
    const files = store.current(row);
    if (accepted.length > 0) files.append(accepted);
    return { nextSequenceToken: String(files.count).padStart(56, "0"), rejectedLogEventsInfo: rejected };
  }

  function getLogEvents(input: Checked<client.GetLogEventsRequest>): Answer<client.GetLogEventsResponse> {
    const group = groupOf(input);
    const files = store.current(requireStream(group, input.logStreamName));
    return readPage(files, {
      limit: limitOf(input.limit, 10_000, 10_000),
      token: input.nextToken,
      fromHead: input.startFromHead ?? false,
      since: Math.max(input.startTime ?? Number.NEGATIVE_INFINITY, store.expiredBefore(group)),
      until: input.endTime ?? Number.POSITIVE_INFINITY,
    });
  }

  function groupOf(ref: GroupRef): string {
    if ((ref.logGroupName === undefined) === (ref.logGroupIdentifier === undefined))
      throw invalidParameter("Exactly one of logGroupName and logGroupIdentifier must be given.");
    const name = ref.logGroupName ?? ref.logGroupIdentifier?.replace(/^arn:aws:logs:[^:]+:[^:]+:log-group:/, "") ?? "";
    return requireGroup(name);
  }

  function requireGroup(name: string): string {
    if (!store.group(name)) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    return name;
  }

  function requireStream(group: string, name: string): StreamRow {
    const row = store.stream(group, name);
    if (!row) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    return row;
  }

  return {
    model,
    handlers: {
      CreateLogGroup: createLogGroup,
      PutRetentionPolicy: putRetentionPolicy,
      DeleteLogGroup: deleteLogGroup,
      DescribeLogGroups: describeLogGroups,
      CreateLogStream: createLogStream,
      DeleteLogStream: deleteLogStream,
      DescribeLogStreams: describeLogStreams,
      PutLogEvents: putLogEvents,
      GetLogEvents: getLogEvents,
    },
    tick: async () => store.sweep(),
  };
}

function limitOf(given: number | undefined, most: number, usual: number): number {
  if (given === undefined) return usual;
  if (!Number.isInteger(given) || given < 1 || given > most) throw invalid("limit", String(given));
  return given;
}

function token(nextToken: string | undefined) {
  return { token: nextToken, invalid: () => invalidParameter("The specified nextToken is invalid.") };
}

function exists(what: string): AwsError {
  return new AwsError("ResourceAlreadyExistsException", `The specified ${what} already exists`);
}

function invalid(member: string, value: string): AwsError {
  return invalidParameter(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint of ${member}`,
  );
}

function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}
