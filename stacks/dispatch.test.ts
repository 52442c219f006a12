import { describe, expect, it } from "vitest";
import { followUpSource } from "../core/run/follow-up-source.ts";
import {
  ACCOUNT,
  FUNCTIONS,
  functionNamed,
  only,
  REGION,
  render,
  resources,
  statementsOf,
  synth,
} from "./synth.fixture.ts";

const { api, dispatch } = synth();

function queueId(name: string): string {
  const id = Object.keys(dispatch.findResources("AWS::SQS::Queue")).find((key) => key.startsWith(name));
  if (id === undefined) throw new Error(`no queue ${name}`);
  return id;
}

function roleNamed(id: string) {
  const [, role] = Object.entries(dispatch.findResources("AWS::IAM::Role")).find(([key]) => key.startsWith(id)) ?? [];
  return role?.Properties;
}

describe("EventBridge Scheduler", () => {
  it.each([
    ["SchedulerRole", "errand-ci", "dispatcher"],
    ["SweepRole", "errand-ci-sweep", "sweeper"],
  ])("may use %s only for schedules of group %s in this account, to invoke the %s", (role, group, target) => {
    expect(roleNamed(role).AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": {
              "Fn::Join": [
                "",
                ["arn:", { Ref: "AWS::Partition" }, `:scheduler:${REGION}:${ACCOUNT}:schedule-group/${group}`],
              ],
            },
          },
        },
      },
    ]);
    const statements = statementsOf(dispatch, role);
    expect(statements.map(({ actions }) => actions)).toEqual([["lambda:InvokeFunction"], ["sqs:SendMessage"]]);
    expect(statements[0]?.resources).toEqual([expect.stringMatching(new RegExp(`^<${target}\\w+\\.Arn>$`))]);
    expect(statements[1]?.resources).toEqual([`<${queueId("ScheduleDeadLetters")}.Arn>`]);
  });

  it("sweeps each minute, from a group that the API cannot change", () => {
    const { Properties } = only(dispatch, "AWS::Scheduler::Schedule");
    expect(Properties).toMatchObject({
      GroupName: "errand-ci-sweep",
      ScheduleExpression: "rate(1 minute)",
      FlexibleTimeWindow: { Mode: "OFF" },
    });
    expect(render(Properties.Target.DeadLetterConfig.Arn)).toBe(`<${queueId("ScheduleDeadLetters")}.Arn>`);
  });

  it("finds the names that the API was told: group, role, queue and dispatcher", () => {
    const told = functionNamed(api, "api").Properties.Environment.Variables;
    const groups = resources(dispatch, "AWS::Scheduler::ScheduleGroup").map((group) => group.Properties.Name);
    expect(groups).toContain(told.ERRAND_SCHEDULE_GROUP);
    expect(render(told.ERRAND_SCHEDULER_ROLE_ARN)).toBe(
      `arn:aws:iam::${ACCOUNT}:role/${roleNamed("SchedulerRole").RoleName}`,
    );
    const queue = dispatch.findResources("AWS::SQS::Queue")[queueId("ScheduleDeadLetters")];
    expect(render(told.ERRAND_DEAD_LETTER_ARN)).toBe(`arn:aws:sqs:${REGION}:${ACCOUNT}:${queue?.Properties.QueueName}`);
    expect(render(told.ERRAND_DISPATCHER_ARN)).toBe(
      `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionNamed(dispatch, "dispatcher").Properties.FunctionName}`,
    );
  });
});

describe("dead letters", () => {
  it("are kept for 14 days, encrypted, and never sent in the clear", () => {
    const queues = resources(dispatch, "AWS::SQS::Queue");
    expect(queues).toHaveLength(3);
    for (const { Properties } of queues) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
    }
    const policies = resources(dispatch, "AWS::SQS::QueuePolicy");
    expect(policies).toHaveLength(3);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      );
    }
  });

  it("take what a function failed at", () => {
    const configs = resources(dispatch, "AWS::Lambda::EventInvokeConfig");
    const asynchronous = FUNCTIONS.filter((name) => !["api", "runner-api", "follow-up"].includes(name));
    expect(configs).toHaveLength(asynchronous.length);
    for (const { Properties } of configs) {
      expect(render(Properties.DestinationConfig.OnFailure.Destination)).toBe(
        `<${queueId("InvocationDeadLetters")}.Arn>`,
      );
    }
  });
});

it("reads the table's stream with the filters that the code has, and keeps what fails", () => {
  const { Properties } = only(dispatch, "AWS::Lambda::EventSourceMapping");
  expect(Properties).toMatchObject({
    StartingPosition: "TRIM_HORIZON",
    BatchSize: 10,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 5,
  });
  expect(render(Properties.FunctionName.Ref)).toMatch(/^followup/);
  const patterns = Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));
  expect(patterns).toEqual(followUpSource.filters);
  expect(render(Properties.DestinationConfig.OnFailure.Destination)).toBe(`<${queueId("InvocationDeadLetters")}.Arn>`);
});

it("hears of every stopped container of this cluster and no other", () => {
  const { Properties } = only(dispatch, "AWS::Events::Rule");
  expect(Properties.EventPattern).toMatchObject({
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: { lastStatus: ["STOPPED"] },
  });
  expect(render(Properties.EventPattern.detail.clusterArn[0])).toMatch(/^<ci-errand-network:.*Cluster.*Arn.*>$/);
  const [target, ...others] = Properties.Targets;
  expect(others).toEqual([]);
  expect(render(target.Arn)).toMatch(/^<runnerstopped/);
  expect(render(target.DeadLetterConfig.Arn)).toBe(`<${queueId("EventDeadLetters")}.Arn>`);
});
