import { cloudFormation } from "./cloudformation/cloudformation.ts";
import { Deployments } from "./cloudformation/deployments.ts";
import { ecr } from "./ecr/ecr.ts";
import type { Service } from "./protocol/service.ts";
import { Buckets, s3 } from "./s3/s3.ts";
import { Parameters, ssm } from "./ssm/ssm.ts";
import type { AwsContext } from "./store.ts";

/** The regions that `cdk bootstrap` was run for. */
const BOOTSTRAPPED = ["us-east-1", "eu-north-1"];

/**
 * What deploying to the local AWS takes: CloudFormation, SSM's parameters, S3 and ECR, all in memory. The account is
 * bootstrapped for CDK.
 */
export function accountServices(context: AwsContext): Service[] {
  const parameters = new Parameters();
  const buckets = new Buckets();
  const deployments = new Deployments(
    { account: context.account, now: context.now, parameter: (region, name) => parameters.get(region, name) },
    {
      made: ({ type, physicalId, properties }, region) => {
        if (type === "AWS::SSM::Parameter") parameters.put(region, physicalId, String(properties.Value));
        if (type === "AWS::S3::Bucket") buckets.create(physicalId);
      },
      gone: ({ type, physicalId }, region) => {
        if (type === "AWS::SSM::Parameter") parameters.delete(region, physicalId);
        if (type === "AWS::S3::Bucket") buckets.delete(physicalId);
      },
    },
  );
  for (const region of BOOTSTRAPPED) deployments.create(region, "CDKToolkit", bootstrap(context.account, region));
  return [cloudFormation(context, deployments, buckets), ssm(parameters), s3(buckets), ecr(context)];
}

/** The part of CDK's own bootstrap stack that SST and CDK look at. */
function bootstrap(account: string, region: string): string {
  const version = "30";
  const BucketName = `cdk-hnb659fds-assets-${account}-${region}`;
  return JSON.stringify({
    Resources: {
      StagingBucket: { Type: "AWS::S3::Bucket", Properties: { BucketName } },
      CdkBootstrapVersion: {
        Type: "AWS::SSM::Parameter",
        Properties: { Name: "/cdk-bootstrap/hnb659fds/version", Value: version },
      },
    },
    Outputs: { BucketName: { Value: { Ref: "StagingBucket" } }, BootstrapVersion: { Value: version } },
  });
}
