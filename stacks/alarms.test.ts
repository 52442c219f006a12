import { describe, expect, it } from "vitest";
import { metrics } from "../core/metric.ts";
import { ACCOUNT, only, resources, synth } from "./synth.fixture.ts";

const { alarms } = synth("ci", { alarmEmail: "ops@example.com" });
const all = resources(alarms, "AWS::CloudWatch::Alarm");

function alarm(name: string) {
  return all.find((one) => one.Properties.AlarmName === `ci-errand-${name}`)?.Properties;
}

describe("alarms", () => {
  it("watch dead letters, errors, throttles, launches, stuck runs and the sweeper", () => {
    expect(all.map((one) => one.Properties.AlarmName).sort()).toEqual(
      [
        "api-errors",
        "dispatcher-errors",
        "event-dead-letters",
        "follow-up-behind",
        "function-throttles",
        "invocation-dead-letters",
        "launches-refused",
        "launches-without-room",
        "leases-lapsed",
        "runner-api-errors",
        "runs-stuck",
        "schedule-dead-letters",
        "sweeper-silent",
        "table-read-throttles",
        "table-write-throttles",
      ].map((name) => `ci-errand-${name}`),
    );
  });

  it("cost what one metric each costs: no mathematics", () => {
    for (const one of all) expect(one.Properties.Metrics).toBeUndefined();
  });

  it("look at every metric that the functions tell, of this stage", () => {
    const own = all.filter(({ Properties }) => Properties.Namespace === "Errand");
    expect(own.map(({ Properties }) => Properties.MetricName).sort()).toEqual([...metrics].sort());
    for (const { Properties } of own) expect(Properties.Dimensions).toEqual([{ Name: "Stage", Value: "ci" }]);
  });

  it("tell somebody, and tell them what to do", () => {
    const [topic] = Object.keys(alarms.findResources("AWS::SNS::Topic"));
    for (const { Properties } of all) {
      expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
      expect(Properties.AlarmDescription.length).toBeGreaterThan(40);
    }
  });

  it("leave a moment without room for containers to the retries, and tell when it lasts", () => {
    expect(alarm("launches-without-room")).toMatchObject({ Threshold: 1, Period: 300, EvaluationPeriods: 3 });
  });

  it("go off when the sweeper is not heard of", () => {
    expect(alarm("sweeper-silent")).toMatchObject({
      MetricName: "Invocations",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      TreatMissingData: "breaching",
    });
  });

  it.each(["runs-stuck", "launches-refused"])("go off at the first of %s", (name) => {
    expect(alarm(name)).toMatchObject({
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
