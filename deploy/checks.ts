import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeAvailabilityZonesCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetIdentityVerificationAttributesCommand, GetSendQuotaCommand, SESClient } from "@aws-sdk/client-ses";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { addressOf, type Settings } from "../stacks/settings.ts";
import { zonesOf } from "../stacks/zones.ts";

/** `fails`: a deployment or a run will not work. `limits`: it works up to here. `unknown`: AWS did not say. */
export interface Finding {
  readonly state: "good" | "limits" | "fails" | "unknown";
  readonly text: string;
  /** Where to look, or to ask for more. */
  readonly link?: string;
}

export interface Stage {
  readonly region: string;
  /** Whether it stands already. */
  readonly exists: boolean;
  readonly settings: Settings;
}

/** A look at one thing each. What cannot be asked is told as unknown by whoever calls. */
export const checks: Record<string, (stage: Stage) => Promise<Finding>> = {
  Bootstrap: bootstrap,
  Fargate: fargate,
  Lambda: lambda,
  Network: network,
  Zones: zones,
  Sender: sender,
  Recipients: recipients,
  CloudFront: cloudFront,
};

async function bootstrap({ region }: Stage): Promise<Finding> {
  try {
    const Name = "/cdk-bootstrap/hnb659fds/version";
    const { Parameter } = await new SSMClient({ region }).send(new GetParameterCommand({ Name }));
    return { state: "good", text: `${region} is set up for CDK (version ${Parameter?.Value}).` };
  } catch (error) {
    if ((error as Error).name !== "ParameterNotFound") throw error;
    const text = `${region} is not set up for CDK yet. npx sst deploy does it; before npx cdk deploy, run npx cdk bootstrap.`;
    return { state: "limits", text };
  }
}

async function quota(region: string, ServiceCode: string, QuotaCode: string) {
  const { Quota } = await new ServiceQuotasClient({ region }).send(
    new GetServiceQuotaCommand({ ServiceCode, QuotaCode }),
  );
  const link = `https://${region}.console.aws.amazon.com/servicequotas/home/services/${ServiceCode}/quotas/${QuotaCode}`;
  return { value: Quota?.Value ?? 0, link };
}

/** A run takes one vCPU; a workspace runs ten at a time unless it is set otherwise. */
async function fargate({ region }: Stage): Promise<Finding> {
  const { value, link } = await quota(region, "fargate", "L-3032A538");
  if (value < 1) return { state: "fails", text: "Fargate gives this account no vCPU: no run can start.", link };
  const text = `Fargate gives ${value} vCPU: ${value} runs at a time, more wait as Queued.`;
  return { state: value < 10 ? "limits" : "good", text, ...(value < 10 && { link }) };
}

async function lambda({ region }: Stage): Promise<Finding> {
  const { value, link } = await quota(region, "lambda", "L-B99A9384");
  const text = `Lambda runs ${value} functions at a time in ${region}, for all that the account does there.`;
  return { state: value < 100 ? "limits" : "good", text, ...(value < 100 && { link }) };
}

async function network({ region, exists }: Stage): Promise<Finding> {
  if (exists) return { state: "good", text: "The stage has its network." };
  const { value, link } = await quota(region, "vpc", "L-F678F1CE");
  const { Vpcs = [] } = await new EC2Client({ region }).send(new DescribeVpcsCommand({}));
  const text = `${Vpcs.length} of ${value} VPCs of ${region} are in use; a stage takes one.`;
  return Vpcs.length < value ? { state: "good", text } : { state: "fails", text, link };
}

async function zones({ region, settings }: Stage): Promise<Finding> {
  let wanted: string[];
  try {
    wanted = zonesOf(region, settings.architecture, settings.zones);
  } catch (error) {
    return { state: "fails", text: (error as Error).message };
  }
  const { AvailabilityZones = [] } = await new EC2Client({ region }).send(new DescribeAvailabilityZonesCommand({}));
  const has = AvailabilityZones.map(({ ZoneId }) => ZoneId ?? "");
  const missing = wanted.filter((zone) => !has.includes(zone));
  if (missing.length === 0) return { state: "good", text: `Runners start in ${wanted.join(" and ")}.` };
  return {
    state: "fails",
    text: `This account has no ${missing.join(", ")}. It has ${has.join(", ")}: set ERRAND_ZONES to two of them.`,
  };
}

async function sender({ region, settings }: Stage): Promise<Finding> {
  const address = addressOf(settings.mailFrom);
  if (address === undefined) return { state: "good", text: "ERRAND_MAIL_FROM is not set: no e-mail is sent." };
  const Identities = [address, address.slice(address.indexOf("@") + 1)];
  const { VerificationAttributes = {} } = await new SESClient({ region }).send(
    new GetIdentityVerificationAttributesCommand({ Identities }),
  );
  const verified = Identities.find((name) => VerificationAttributes[name]?.VerificationStatus === "Success");
  if (verified !== undefined) return { state: "good", text: `SES may send as ${address}: ${verified} is verified.` };
  return {
    state: "fails",
    text: `Neither ${Identities.join(" nor ")} is verified in SES of ${region}: every e-mail will be refused.`,
    link: `https://${region}.console.aws.amazon.com/ses/home?region=${region}#/identities`,
  };
}

/** An account in the sandbox may send 200 mails a day, every other one more. */
async function recipients({ region, settings }: Stage): Promise<Finding> {
  if (settings.mailFrom === "") return { state: "good", text: "No e-mail is sent." };
  const { Max24HourSend = 0 } = await new SESClient({ region }).send(new GetSendQuotaCommand({}));
  if (Max24HourSend > 200 || Max24HourSend === -1)
    return { state: "good", text: `SES sends to anybody, ${Max24HourSend} mails a day.` };
  return {
    state: "limits",
    text: `SES of ${region} is in the sandbox: mail reaches verified addresses only, 200 a day. Ask for production access.`,
    link: `https://${region}.console.aws.amazon.com/ses/home?region=${region}#/get-set-up`,
  };
}

/** Whether an account is verified, no call tells; a distribution that stands does, wherever it belongs to. */
async function cloudFront({ region, exists }: Stage): Promise<Finding> {
  if (exists) return { state: "good", text: "The stage has its distribution, or has got past it." };
  const { Stacks = [] } = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({}));
  const another = Stacks.find(({ StackName }) => StackName?.endsWith("-errand-api"));
  if (another) return { state: "good", text: `${another.StackName} has a distribution: the account is verified.` };
  return {
    state: "unknown",
    text: 'A new account may have to be verified for CloudFront, which nothing tells before. If the deployment ends with "Your account must be verified", ask for it there and deploy again.',
    link: "https://console.aws.amazon.com/support/home#/case/create?issueType=customer-service",
  };
}
