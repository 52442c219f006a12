import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { accountServices } from "../local/aws/account.ts";
import { type AwsServer, startAws } from "../local/aws/server.ts";

// Deploys, changes and removes a stage with SST and with CDK, as the README says, with the local AWS in place of the real one.

const ALL = ["alarms", "api", "dispatch", "network", "runner-api", "runners", "storage"].map(
  (noun) => `prod-errand-${noun}`,
);

const dataDir = await mkdtemp(join(tmpdir(), "errand-deploy-"));
const notCalled = async () => {
  throw new Error("A deployment starts nothing here.");
};
const aws = await startAws({
  port: 0,
  dataDir,
  now: Date.now,
  region: "us-east-1",
  images: {},
  invoke: notCalled,
  onEvent: notCalled,
  more: accountServices,
  timers: false,
});
try {
  await tryAll(aws);
} finally {
  await aws.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function tryAll(aws: AwsServer): Promise<void> {
  const inStockholm = () => stacksIn(aws, "eu-north-1");
  const inVirginia = () => stacksIn(aws, "us-east-1");

  await step("SST deploys a new stage where it is told to", async () => {
    const { code, out } = await run(aws, "npx sst deploy --stage prod --region eu-north-1", {
      ERRAND_MAIL_FROM: "Errand <errand@example.com>",
      ERRAND_ALARM_EMAIL: "ops@example.com",
    });
    assert.equal(code, 0);
    assert.match(out, /Access: AWS_REGION=eu-north-1 npm run access -- --stage prod/);
    assert.deepEqual(await inStockholm(), ALL);
  });

  await step("SST finds the stage's region again, keeps its settings, and forgets one when told to", async () => {
    const { code, out } = await run(aws, "npx sst deploy --stage prod --forget ERRAND_ALARM_EMAIL");
    assert.equal(code, 0);
    assert.match(out, /ERRAND_MAIL_FROM +Errand <errand@example.com> +as before/);
    assert.match(out, /ERRAND_ALARM_EMAIL +– +forgotten, was ops@example.com/);
    assert.deepEqual(await inStockholm(), ALL);
    assert.deepEqual(await inVirginia(), []);
  });

  await step("CDK deploys the same stage in a second region beside it", async () => {
    const command = "npx cdk deploy --all --require-approval never --no-notices --stage prod --region us-east-1";
    const { code } = await run(aws, command);
    assert.equal(code, 0);
    assert.deepEqual(await inVirginia(), ALL);
  });

  await step("a stage in two regions is not guessed at", async () => {
    const { code, err } = await run(aws, "npx sst remove --stage prod");
    assert.equal(code, 2);
    assert.match(err, /prod stands in eu-north-1 and us-east-1\. Say which/);
  });

  await step("CDK removes it there", async () => {
    const command = "npx cdk destroy --all --force --no-notices --stage prod --region us-east-1";
    assert.equal((await run(aws, command)).code, 0);
    assert.deepEqual(await inVirginia(), []);
  });

  await step("SST removes the stage", async () => {
    assert.equal((await run(aws, "npx sst remove --stage prod")).code, 0);
    assert.deepEqual(await inStockholm(), []);
  });
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  process.stdout.write(`· ${name}\n`);
  await work();
  process.stdout.write(`  ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
}

/** Runs a command as a person would, in this folder. What it said is shown where it failed to start or exit. */
async function run(aws: AwsServer, command: string, settings: Record<string, string> = {}) {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...inherited } = process.env;
  const child = spawn(command, {
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited,
      ...settings,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: aws.url,
    },
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve)),
  ]);
  if (code !== 0) process.stdout.write(`$ ${command}\n${out}${err}\n`);
  return { code, out, err };
}

/** Errand's stacks that stand complete. */
async function stacksIn(aws: AwsServer, region: string): Promise<string[]> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new CloudFormationClient({ region, endpoint: aws.url, credentials });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  const errand = Stacks.filter(({ StackName }) => StackName?.includes("-errand-"));
  for (const { StackName, StackStatus } of errand) assert.match(StackStatus ?? "", /_COMPLETE$/, StackName);
  for (const { StackName, StackStatus } of errand) assert.doesNotMatch(StackStatus ?? "", /ROLLBACK/, StackName);
  return errand.map(({ StackName = "" }) => StackName).sort();
}
