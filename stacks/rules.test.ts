import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { CompositePrincipal, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { describe, expect, it } from "vitest";
import { type Deployment, DeploymentStack } from "./deployment.ts";
import { ACCOUNT, REGION, type Resource, render, resources, synth } from "./synth.fixture.ts";

const { all } = synth();

interface Trust {
  Principal: { Service: string };
  Condition: Record<string, Record<string, unknown>>;
}

function trustsOf(template: Template): Trust[] {
  return resources(template, "AWS::IAM::Role").flatMap(
    ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement,
  );
}

describe("every role of every stack", () => {
  const trusts = all.flatMap(trustsOf);

  it("trusts a service on behalf of this account only", () => {
    expect(trusts.length).toBeGreaterThan(10);
    for (const { Condition } of trusts) {
      const { StringEquals, StringEqualsIfExists } = Condition;
      expect({ ...StringEquals, ...StringEqualsIfExists }["aws:SourceAccount"]).toBe(ACCOUNT);
    }
  });

  it.each([
    ["ecs-tasks.amazonaws.com", `arn:aws:ecs:${REGION}:${ACCOUNT}:*`],
    ["vpc-flow-logs.amazonaws.com", `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-flow-log/*`],
  ])("trusts %s in every case only for its own resources here", (service, sourceArn) => {
    const those = trusts.filter(({ Principal }) => Principal.Service === service);
    expect(those.length).toBeGreaterThan(0);
    for (const { Condition } of those) {
      expect(Condition.StringEquals).toEqual({ "aws:SourceAccount": ACCOUNT });
      expect(render(Condition.ArnLike?.["aws:SourceArn"])).toBe(sourceArn);
    }
  });
});

it("lets a service use a resource only on behalf of something of this account", () => {
  const policies = all.flatMap((template) =>
    ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"].flatMap((type) =>
      resources(template, type).flatMap(({ Properties }) => Properties.PolicyDocument.Statement),
    ),
  );
  const services = policies.filter(({ Effect, Principal }) => Effect === "Allow" && Principal.Service !== undefined);
  expect(services.length).toBeGreaterThan(2);
  for (const { Condition } of services) expect(JSON.stringify(Condition)).toMatch(/"aws:Source(Arn|Account)"/i);
  const invokers = all.flatMap((template) => resources(template, "AWS::Lambda::Permission"));
  expect(invokers.length).toBeGreaterThan(1);
  for (const { Properties } of invokers) expect(Properties.SourceArn).toBeDefined();
});

it("keeps no log for ever, in any stack", () => {
  for (const template of all) {
    const groups = template.findResources("AWS::Logs::LogGroup");
    for (const group of Object.values(groups)) expect(group.Properties.RetentionInDays).toBeGreaterThan(0);
    for (const { Properties } of resources(template, "AWS::Lambda::Function")) {
      expect(Object.keys(groups)).toContain(Properties.LoggingConfig?.LogGroup?.Ref);
    }
  }
});

describe("a stack of tomorrow", () => {
  const deployment: Deployment = {
    stage: "ci",
    account: ACCOUNT,
    region: REGION,
    settings: { mailFrom: "", alarmEmail: "", consoleUrl: "", architecture: "arm64" as const, zones: [] },
  };
  const stack = new DeploymentStack(new App(), "tomorrow", "what nobody has thought of yet", deployment);
  const services = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"].map((name) => new ServicePrincipal(name));
  new Role(stack, "Role", { assumedBy: new CompositePrincipal(...services) });
  new LambdaFunction(stack, "Function", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromInline("export const handler = () => {}"),
  });
  const template = Template.fromStack(stack);

  it("has its roles bound and its logs ended too", () => {
    expect(trustsOf(template)).toHaveLength(3);
    for (const { Condition } of trustsOf(template)) expect(JSON.stringify(Condition)).toContain(ACCOUNT);
    const [group] = resources(template, "AWS::Logs::LogGroup");
    expect(group?.Properties.RetentionInDays).toBe(14);
  });
});

/** What has a name that all regions of an account share, and where the name stands. */
const ACCOUNT_WIDE: Record<string, (properties: Resource["Properties"]) => unknown> = {
  "AWS::IAM::Role": ({ RoleName }) => RoleName,
  // Inline: the name is the role's own.
  "AWS::IAM::Policy": () => undefined,
  "AWS::S3::Bucket": ({ BucketName }) => BucketName,
  "AWS::CloudFront::Distribution": ({ DistributionConfig }) => DistributionConfig.Aliases,
  "AWS::CloudFront::Function": ({ Name }) => Name,
  "AWS::CloudFront::OriginAccessControl": ({ OriginAccessControlConfig }) => OriginAccessControlConfig.Name,
  "AWS::CloudFront::ResponseHeadersPolicy": ({ ResponseHeadersPolicyConfig }) => ResponseHeadersPolicyConfig.Name,
};

function accountWideNames(region: string): string[] {
  return synth("prod", {}, region).all.flatMap((template) =>
    (Object.values(template.toJSON().Resources) as Resource[]).flatMap(({ Type, Properties }) => {
      if (!/^AWS::(IAM|CloudFront|Route53|WAFv2|S3::Bucket$)/.test(Type)) return [];
      const nameOf = ACCOUNT_WIDE[Type];
      if (nameOf === undefined) throw new Error(`Say where ${Type} has its name: all regions of an account share it.`);
      const name = nameOf(Properties);
      return name === undefined ? [] : [`${Type} ${JSON.stringify(name)}`];
    }),
  );
}

it("gives the same stage in two regions no name that they would have to share", () => {
  const [here, there] = ["eu-central-1", "us-west-2"].map(accountWideNames) as [string[], string[]];
  expect(here.length).toBeGreaterThan(3);
  expect(here.filter((name) => there.includes(name))).toEqual([]);
});
