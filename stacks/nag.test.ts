import { App, Aspects, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { type Resource, stacksOf, synth } from "./synth.fixture.ts";

function findings(stack: Stack): string[] {
  const annotations = Annotations.fromStack(stack);
  return [
    ...annotations.findError("*", Match.stringLikeRegexp(".")),
    ...annotations.findWarning("*", Match.stringLikeRegexp(".")),
  ].map((finding) => `${finding.id}: ${String(finding.entry.data)}`);
}

describe("cdk-nag's AwsSolutions pack", () => {
  it("sees what is wrong with a bare queue", () => {
    const app = new App();
    const stack = new Stack(app, "bare");
    new Queue(stack, "Queue");
    Aspects.of(app).add(new AwsSolutionsChecks());
    expect(findings(stack)).toContainEqual(expect.stringContaining("AwsSolutions-SQS4"));
  });

  it.each(["ci", "prod"])("has nothing to say about stage %s that is not answered", (stage) => {
    const { app, stacks } = stacksOf(stage);
    Aspects.of(app).add(new AwsSolutionsChecks());
    for (const stack of Object.values(stacks)) expect(findings(stack)).toEqual([]);
  });

  it("is answered at the resource, with a reason, never for a whole stack", () => {
    const { all } = synth();
    const reasons: string[] = [];
    for (const template of all) {
      const json = template.toJSON();
      expect(json.Metadata?.cdk_nag).toBeUndefined();
      for (const resource of Object.values(json.Resources) as Resource[]) {
        reasons.push(...(resource.Metadata?.cdk_nag?.rules_to_suppress.map(({ reason }) => reason) ?? []));
      }
    }
    expect(reasons.length).toBeGreaterThan(10);
    for (const reason of reasons) expect(reason.length, reason).toBeGreaterThan(60);
  });
});
