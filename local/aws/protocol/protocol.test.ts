import { CloudWatchLogsClient, CreateExportTaskCommand, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { refusal, testAws } from "../test-aws.ts";

const SCOPE = "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=0";

describe("the local AWS", () => {
  it("tells who is asking", async () => {
    const { client } = await testAws();
    const identity = await new STSClient(client).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" });
  });

  it("answers 501 with the name of an operation that it knows but has not", async () => {
    const { client } = await testAws();
    const logs = new CloudWatchLogsClient(client).send(
      new CreateExportTaskCommand({ logGroupName: "g", from: 0, to: 1, destination: "bucket" }),
    );
    await expect(logs).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
    expect(await refusal(new STSClient(client).send(new GetSessionTokenCommand({})))).toContain("GetSessionToken");
  });

  it.each([
    [{ authorization: SCOPE, "x-amz-target": "Logs_20140328.Nonsense" }, "{}", 404, "UnknownOperationException"],
    [{ authorization: SCOPE, "x-amz-target": "Logs_20140328.CreateLogGroup" }, "[", 400, "SerializationException"],
    [
      { authorization: SCOPE, "x-amz-target": "Logs_20140328.CreateLogGroup" },
      '{"logGroupName":7}',
      400,
      "SerializationException",
    ],
    [{ authorization: SCOPE, "x-amz-target": "Logs_20140328.CreateLogGroup" }, "{}", 400, "InvalidParameterException"],
    [{ authorization: SCOPE.replace("/logs/", "/s3/") }, "{}", 501, "NotImplemented"],
    [{ authorization: SCOPE.replace("/logs/", "/scheduler/") }, "{}", 404, "UnknownOperationException"],
    [{ authorization: "Bearer x" }, "{}", 403, "IncompleteSignatureException"],
    [{}, "{}", 403, "MissingAuthenticationTokenException"],
  ])("refuses a request with %j and body %s", async (headers, body, status, name) => {
    const { server } = await testAws();
    const answer = await fetch(server.url, { method: "POST", headers: headers as Record<string, string>, body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-amzn-errortype")).toBe(name);
    expect(await answer.json()).toMatchObject({ __type: name });
  });

  it("names every member that is missing or outside its enum", async () => {
    const { client } = await testAws();
    const listed = new SchedulerClient(client).send(new ListSchedulesCommand({ State: "ASLEEP" as never }));
    expect(await refusal(listed)).toMatch(/^ValidationException: .*'state'.*\[DISABLED, ENABLED\]/);
  });

  it("lets one server at a time have a data directory", async () => {
    const { dataDir } = await testAws();
    await expect(testAws({ dataDir })).rejects.toThrow(new RegExp(`held by process ${process.pid}`));
  });
});

describe("a fault", () => {
  const once = { maxAttempts: 1 };

  it("answers an internal error or a throttle in the service's own words", async () => {
    const { client, server } = await testAws();
    const ecs = new ECSClient({ ...client, ...once });
    const runTask = () => ecs.send(new RunTaskCommand({ taskDefinition: "t", cluster: "c" }));
    server.faults.add({ service: "ecs", operation: "RunTask", kind: "error500" });
    server.faults.add({ service: "ecs", operation: "RunTask", kind: "throttle" });
    server.faults.add({ service: "ecs", operation: "RunTask", kind: "throttle-as-parameter" });
    server.faults.add({ service: "ecs", operation: "*", kind: "no-capacity" });
    await expect(runTask()).rejects.toMatchObject({ name: "ServerException", $metadata: { httpStatusCode: 500 } });
    await expect(runTask()).rejects.toMatchObject({ name: "ThrottlingException" });
    await expect(runTask()).rejects.toMatchObject({ name: "InvalidParameterException" });
    expect((await runTask()).failures?.[0]?.reason).toMatch(/Capacity is unavailable/);
    expect(await refusal(runTask())).toMatch(/^ClusterNotFoundException/);
  });

  it("cuts the answer after the work was done, or before it", async () => {
    const { client, server } = await testAws();
    const logs = new CloudWatchLogsClient({ ...client, ...once });
    const create = () => logs.send(new CreateLogGroupCommand({ logGroupName: "g" }));
    server.faults.add({ service: "logs", operation: "CreateLogGroup", kind: "cut" });
    server.faults.add({ service: "logs", operation: "CreateLogGroup", kind: "after" });
    await expect(create()).rejects.toThrow();
    await expect(create()).rejects.toThrow();
    expect(await refusal(create())).toMatch(/^ResourceAlreadyExistsException/);
  });

  it("hangs as often as it is told, after those it lets pass", async () => {
    const { client, server } = await testAws();
    const ecs = new ECSClient({ ...client, ...once });
    const ask = (signal?: AbortSignal) =>
      ecs.send(new DescribeTasksCommand({ tasks: ["x"] }), signal ? { abortSignal: signal } : {});
    server.faults.add({ service: "ecs", operation: "DescribeTasks", kind: "hang", skip: 1 });
    expect(await refusal(ask())).toMatch(/^ClusterNotFoundException/);
    await expect(ask(AbortSignal.timeout(50))).rejects.toThrow();
    expect(await refusal(ask())).toMatch(/^ClusterNotFoundException/);
    expect(server.calls.count("ecs", "DescribeTasks")).toBe(3);
  });
});
