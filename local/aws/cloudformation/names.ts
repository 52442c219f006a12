/** The property that names a resource, by type, where another of that name would be in its way. */
const NAMED: Record<string, { path: string; accountWide?: true }> = {
  "AWS::CloudFront::Function": { path: "Name", accountWide: true },
  "AWS::CloudFront::OriginAccessControl": { path: "OriginAccessControlConfig.Name", accountWide: true },
  "AWS::CloudFront::ResponseHeadersPolicy": { path: "ResponseHeadersPolicyConfig.Name", accountWide: true },
  "AWS::CloudWatch::Alarm": { path: "AlarmName" },
  "AWS::DynamoDB::Table": { path: "TableName" },
  "AWS::ECS::Cluster": { path: "ClusterName" },
  "AWS::IAM::Role": { path: "RoleName", accountWide: true },
  "AWS::Lambda::Function": { path: "FunctionName" },
  "AWS::Logs::LogGroup": { path: "LogGroupName" },
  "AWS::S3::Bucket": { path: "BucketName", accountWide: true },
  "AWS::SQS::Queue": { path: "QueueName" },
  "AWS::SSM::Parameter": { path: "Name" },
  "AWS::Scheduler::ScheduleGroup": { path: "Name" },
  "AWS::SecretsManager::Secret": { path: "Name" },
};

/** The name that a template gives a resource, and where it has to be the only one; undefined where AWS draws a name. */
export function nameOf(
  type: string,
  properties: Record<string, unknown>,
  region: string,
): { name: string; key: string } | undefined {
  const named = NAMED[type];
  if (!named) return undefined;
  const value = named.path
    .split(".")
    .reduce<unknown>((inner, member) => (inner as Record<string, unknown> | undefined)?.[member], properties);
  if (typeof value !== "string") return undefined;
  return { name: value, key: `${named.accountWide ? "*" : region}/${type}/${value}` };
}
