/**
 * AWS list prices in US dollars, without any free tier: us-east-1 (N. Virginia), as known in March 2026. They move: hold
 * them against the services' price pages (https://aws.amazon.com/<service>/pricing/) before you rely on a sum. Other
 * regions differ by up to a third.
 */
export const prices = {
  region: "us-east-1",
  seen: "March 2026",
  /** On ARM. A request and the seconds of memory it held. */
  lambda: { request: 0.2 / 1e6, gigabyteSecond: 0.0000133334 },
  /** On demand, since the halving of November 2024. */
  dynamodb: { writeUnit: 0.625 / 1e6, readUnit: 0.125 / 1e6 },
  scheduler: { invocation: 1 / 1e6 },
  cloudwatch: { logGigabyte: 0.5, alarmMonth: 0.1, metricMonth: 0.3 },
  secretsManager: { secretMonth: 0.4, call: 0.05 / 10_000 },
  ecr: { gigabyteMonth: 0.1 },
  ses: { mail: 0.1 / 1000 },
} as const;

/** What a resource costs a month because it is there, before anybody uses it. A type that is not named has no price yet. */
export const standing: Record<string, number> = {
  "AWS::CloudWatch::Alarm": prices.cloudwatch.alarmMonth,
  "AWS::SecretsManager::Secret": prices.secretsManager.secretMonth,
  ...free([
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::DynamoDB::Table",
    "AWS::EC2::FlowLog",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::ECS::Cluster",
    "AWS::ECS::TaskDefinition",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    // It reads the table's stream, which Lambda does for nothing.
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    // Requests to it are paid as invocations.
    "AWS::Lambda::Url",
    "AWS::Logs::LogGroup",
    // The console's files: about a megabyte.
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SSM::Parameter",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
    "Custom::CDKBucketDeployment",
    "Custom::S3AutoDeleteObjects",
    "Custom::VpcRestrictDefaultSG",
  ]),
};

function free(types: string[]): Record<string, number> {
  return Object.fromEntries(types.map((type) => [type, 0]));
}

/** What cannot be measured on one machine. */
export const assumed = {
  /** An AWS call inside a region, as a function waits for it. */
  awsCallMs: 10,
  /** Memory at which a function has a whole processor; with less it computes more slowly in proportion. */
  memoryOfOneProcessor: 1769,
  /** Lambda's own START, END and REPORT lines. */
  lambdaLogBytes: 350,
  /** Both runner images as ECR keeps them: compressed, their base once. */
  imageGigabytes: 0.5,
} as const;
