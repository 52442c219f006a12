import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { describe, expect, it } from "vitest";
import { accountServices } from "../local/aws/account.ts";
import { type Ec2Account, ec2 } from "../local/aws/ec2/ec2.ts";
import { serviceQuotas } from "../local/aws/service-quotas/service-quotas.ts";
import type { SesAccount } from "../local/aws/ses/ses.ts";
import { testAws } from "../local/aws/test-aws.ts";

const ROOMY = { "L-3032A538": 100, "L-B99A9384": 1000, "L-F678F1CE": 5 };
const NEW_ACCOUNT = { "L-3032A538": 6, "L-B99A9384": 10, "L-F678F1CE": 5 };

interface Account {
  quotas?: Record<string, number>;
  network?: Ec2Account;
  mail?: SesAccount;
}

async function account({ quotas = ROOMY, network, mail = {} }: Account = {}) {
  const zones = ["use1-az1", "use1-az2", "use1-az4", "eun1-az1", "eun1-az2"];
  const aws = await testAws({
    ses: mail,
    more: (context) => [...accountServices(context), serviceQuotas(quotas), ec2(network ?? { zones, vpcs: 1 })],
  });
  return {
    aws,
    /** A stage that keeps its settings, as far as the doctor looks. */
    stage: async (stage: string, region: string, kept: Record<string, string>) => {
      const parameter = ([name, Value]: [string, string]) => [
        name,
        { Type: "AWS::SSM::Parameter", Properties: { Name: `/errand/${stage}/settings/${name}`, Value } },
      ];
      const Resources = Object.fromEntries(Object.entries({ region, ...kept }).map(parameter));
      const StackName = `${stage}-errand-storage`;
      const client = new CloudFormationClient({ ...aws.client, region });
      await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
    },
    doctor: async (line: string, settings: Record<string, string> = {}) => {
      const child = spawn(process.execPath, ["deploy/doctor.ts", ...line.split(" ")], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          PATH: process.env.PATH,
          AWS_ENDPOINT_URL: aws.server.url,
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_EC2_METADATA_DISABLED: "true",
          ...settings,
        },
      });
      const [out, err, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((resolve) => child.once("close", resolve)),
      ]);
      return { out, err, code };
    },
  };
}

describe("the doctor", () => {
  it("finds nothing wrong with an account that has room", async () => {
    const { doctor } = await account();
    const { out, code } = await doctor("--stage prod");
    expect(out).toContain("prod in us-east-1, account 000000000000: not there yet");
    expect(out).not.toMatch(/^[✗!]/m);
    expect(out).toMatch(/^\? CloudFront +A new account may have to be verified/m);
    expect(code).toBe(0);
  });

  it("tells a new account what it is limited to, and where to ask for more", async () => {
    const { doctor } = await account({ quotas: NEW_ACCOUNT, mail: { sandbox: true } });
    const { out, code } = await doctor("--stage prod --region eu-north-1", { ERRAND_MAIL_FROM: "e@example.com" });
    expect(out).toMatch(/^! Fargate +Fargate gives 6 vCPU: 6 runs at a time/m);
    expect(out).toContain(
      "https://eu-north-1.console.aws.amazon.com/servicequotas/home/services/fargate/quotas/L-3032A538",
    );
    expect(out).toMatch(/^! Lambda +Lambda runs 10 functions at a time/m);
    expect(out).toMatch(/^! Recipients +SES of eu-north-1 is in the sandbox/m);
    expect(code).toBe(0);
  });

  it("fails where something will not work", async () => {
    const { doctor } = await account({
      network: { zones: ["use1-az1", "use1-az3"], vpcs: 5 },
      mail: { identities: { "example.org": {} } },
    });
    const { out, code } = await doctor("--stage prod", { ERRAND_MAIL_FROM: "Errand <e@example.com>" });
    expect(out).toMatch(/^✗ Network +5 of 5 VPCs of us-east-1 are in use/m);
    expect(out).toMatch(/^✗ Zones +This account has no use1-az2\. It has use1-az1, use1-az3/m);
    expect(out).toMatch(/^✗ Sender +Neither e@example.com nor example.com is verified/m);
    expect(code).toBe(1);
  });

  it("looks at a stage where it stands, with the settings it keeps", async () => {
    const world = await account({ mail: { identities: { "example.com": {} } } });
    await world.stage("prod", "eu-north-1", { mailFrom: "e@example.com" });
    const { out, code } = await world.doctor("--stage prod");
    expect(out).toContain("prod in eu-north-1, account 000000000000: stands");
    expect(out).toMatch(/^✓ Sender +SES may send as e@example.com: example.com is verified/m);
    expect(out).toMatch(/^✓ CloudFront/m);
    expect(code).toBe(0);
  });

  it("asks which region is meant of a stage that stands in two", async () => {
    const world = await account();
    await world.stage("prod", "eu-north-1", {});
    await world.stage("prod", "us-east-1", {});
    const { err, code } = await world.doctor("--stage prod");
    expect(err).toContain("prod stands in eu-north-1 and us-east-1. Say which is meant");
    expect(code).toBe(2);
  });

  it("fails for zones that start no containers, and refuses a setting that is none", async () => {
    const { doctor } = await account();
    const zone = await doctor("--stage prod", { ERRAND_ZONES: "use1-az3" });
    expect(zone.out).toMatch(/^✗ Zones +use1-az3 starts no arm64 containers/m);
    expect(zone.code).toBe(1);
    const setting = await doctor("--stage prod", { ERRAND_ALARM_EMAIL: "ops" });
    expect(setting.err).toMatch(/^ERRAND_ALARM_EMAIL cannot be used/);
    expect(setting.code).toBe(2);
  });

  it("goes on where AWS refuses one answer, and says so", async () => {
    const { doctor } = await account({ quotas: {} });
    const { out, code } = await doctor("--stage prod");
    expect(out).toMatch(/^\? Fargate +could not be asked: The quota does not exist/m);
    expect(out).toMatch(/^✓ Zones/m);
    expect(code).toBe(0);
  });

  it("says so where there are no credentials", async () => {
    const { doctor } = await account();
    const nobody = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_CONFIG_FILE: "/dev/null", HOME: "/nowhere" };
    const { err, code } = await doctor("--stage prod", nobody);
    expect(err).toMatch(/^No AWS credentials that work: .* Sign in/);
    expect(code).toBe(2);
  });
});
