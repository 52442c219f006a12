import { describe, expect, it } from "vitest";
import { ACCOUNT, only, resources, synth } from "./synth.fixture.ts";

const { alarms } = synth("ci", { alarmEmail: "ops@example.com" });
const all = resources(alarms, "AWS::CloudWatch::Alarm");

function alarm(name: string) {
  return all.find((one) => one.Properties.AlarmName === `ci-errand-${name}`)?.Properties;
}

describe("alarms", () => {
  it("watch dead letters, errors, throttles, stuck runs and the sweeper", () => {
    expect(all.map((one) => one.Properties.AlarmName).sort()).toEqual(
      [
        "api-errors",
        "dispatcher-errors",
        "event-dead-letters",
        "function-throttles",
        "invocation-dead-letters",
        "runs-stuck",
        "schedule-dead-letters",
        "sweeper-silent",
        "table-read-throttles",
        "table-write-throttles",
      ].map((name) => `ci-errand-${name}`),
    );
  });

  it("stay within the ten metrics that an account has for nothing", () => {
    for (const one of all) expect(one.Properties.Metrics).toBeUndefined();
    expect(all.length).toBeLessThanOrEqual(10);
  });

  it("tell somebody, and tell them what to do", () => {
    const [topic] = Object.keys(alarms.findResources("AWS::SNS::Topic"));
    for (const { Properties } of all) {
      expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
      expect(Properties.AlarmDescription.length).toBeGreaterThan(40);
    }
  });

  it("go off when the sweeper is not heard of", () => {
    expect(alarm("sweeper-silent")).toMatchObject({
      MetricName: "Invocations",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      TreatMissingData: "breaching",
    });
  });

  it("read the sweeper's count of stuck runs of this stage", () => {
    expect(alarm("runs-stuck")).toMatchObject({
      Namespace: "Errand",
      MetricName: "RunsStuck",
      Dimensions: [{ Name: "Stage", Value: "ci" }],
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
    });
  });
});

describe("the topic", () => {
  it("lets this account's alarms in and nothing in the clear", () => {
    const { Statement } = only(alarms, "AWS::SNS::TopicPolicy").Properties.PolicyDocument;
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      }),
    );
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    );
  });

  it("mails the operator when there is one", () => {
    expect(only(alarms, "AWS::SNS::Subscription").Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "ops@example.com",
    });
    synth("ci", { alarmEmail: "" }).alarms.resourceCountIs("AWS::SNS::Subscription", 0);
  });
});
