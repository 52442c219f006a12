import * as client from "@aws-sdk/client-sts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";

const model = loadModel({ service: "sts", protocol: "awsQuery", client, invalid: "ValidationError" });

/** STS: who is asking is always the account's root. */
export function sts(context: AwsContext): Service {
  const getCallerIdentity = (): Answer<client.GetCallerIdentityResponse> => ({
    UserId: context.account,
    Account: context.account,
    Arn: `arn:aws:iam::${context.account}:root`,
  });
  /** Every role may be assumed, and may what its caller may: nothing here looks at a policy. */
  const assumeRole = ({ RoleArn, RoleSessionName }: client.AssumeRoleRequest): Answer<client.AssumeRoleResponse> => ({
    AssumedRoleUser: { Arn: `${RoleArn}/${RoleSessionName}`, AssumedRoleId: `local:${RoleSessionName}` },
    Credentials: {
      AccessKeyId: "local",
      SecretAccessKey: "local",
      SessionToken: "local",
      Expiration: new Date(context.now() + 3_600_000),
    },
  });
  return { model, handlers: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole } };
}
