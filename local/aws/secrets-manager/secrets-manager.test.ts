import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, it } from "vitest";
import { refusal, testAws } from "../test-aws.ts";

const DAY = 86_400_000;
const token = (name: string) => name.padEnd(32, "0");

async function secretsClient() {
  const aws = await testAws();
  return { ...aws, secrets: new SecretsManagerClient(aws.client) };
}

it("keeps a secret and gives it by name, ARN and ARN without suffix", async () => {
  const { secrets, dataDir } = await secretsClient();
  const created = await secrets.send(new CreateSecretCommand({ Name: "errand/a", SecretString: "s3cret" }));
  expect(created.ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:errand\/a-\w{6}$/);
  for (const SecretId of ["errand/a", created.ARN, created.ARN?.slice(0, -7)]) {
    const got = await secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(got).toMatchObject({ SecretString: "s3cret", VersionId: created.VersionId, VersionStages: ["AWSCURRENT"] });
  }
  expect(statSync(join(dataDir, "aws.sqlite")).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

it("creates once for one token, and refuses another value or another token", async () => {
  const { secrets } = await secretsClient();
  const create = (ClientRequestToken: string, SecretString: string) =>
    secrets.send(new CreateSecretCommand({ Name: "a", SecretString, ClientRequestToken }));
  const first = await create(token("one"), "x");
  expect((await create(token("one"), "x")).ARN).toBe(first.ARN);
  expect(await refusal(create(token("one"), "y"))).toMatch(/^ResourceExistsException/);
  expect(await refusal(create(token("two"), "x"))).toMatch(/^ResourceExistsException/);
});

it("moves AWSCURRENT with a new value and keeps the one before as AWSPREVIOUS", async () => {
  const { secrets } = await secretsClient();
  const put = (SecretString: string, ClientRequestToken: string) =>
    secrets.send(new PutSecretValueCommand({ SecretId: "a", SecretString, ClientRequestToken }));
  await secrets.send(new CreateSecretCommand({ Name: "a", SecretBinary: new Uint8Array([1, 2]) }));
  await put("two", token("two"));
  await put("two", token("two"));
  expect(await refusal(put("three", token("two")))).toMatch(/^ResourceExistsException/);
  const current = await secrets.send(new GetSecretValueCommand({ SecretId: "a" }));
  const previous = await secrets.send(new GetSecretValueCommand({ SecretId: "a", VersionStage: "AWSPREVIOUS" }));
  expect(current.SecretString).toBe("two");
  expect(previous.SecretBinary).toEqual(new Uint8Array([1, 2]));
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: "a" }));
  expect(
    Object.values(described.VersionIdsToStages ?? {})
      .flat()
      .sort(),
  ).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
});

it("marks for deletion, refuses its use meanwhile, restores, and forgets it after the window", async () => {
  const { secrets, clock } = await secretsClient();
  await secrets.send(new CreateSecretCommand({ Name: "a", SecretString: "x" }));
  await secrets.send(new DeleteSecretCommand({ SecretId: "a", RecoveryWindowInDays: 7 }));
  const get = () => secrets.send(new GetSecretValueCommand({ SecretId: "a" }));
  expect(await refusal(get())).toMatch(/^InvalidRequestException.*marked for deletion/);
  const again = secrets.send(new CreateSecretCommand({ Name: "a", SecretString: "x" }));
  expect(await refusal(again)).toMatch(/^InvalidRequestException.*scheduled for deletion/);
  expect((await secrets.send(new DescribeSecretCommand({ SecretId: "a" }))).DeletedDate).toBeInstanceOf(Date);
  expect((await secrets.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  await secrets.send(new RestoreSecretCommand({ SecretId: "a" }));
  expect((await get()).SecretString).toBe("x");
  await secrets.send(new DeleteSecretCommand({ SecretId: "a", RecoveryWindowInDays: 7 }));
  clock.now += 8 * DAY;
  expect(await refusal(get())).toMatch(/^ResourceNotFoundException/);
});

it("deletes at once when forced, leaving no bytes of the value in its file", async () => {
  const { secrets, dataDir } = await secretsClient();
  await secrets.send(new CreateSecretCommand({ Name: "a", SecretString: "CANARY-VALUE" }));
  await secrets.send(new DeleteSecretCommand({ SecretId: "a", ForceDeleteWithoutRecovery: true }));
  await secrets.send(new DeleteSecretCommand({ SecretId: "a", ForceDeleteWithoutRecovery: true }));
  expect(await refusal(secrets.send(new GetSecretValueCommand({ SecretId: "a" })))).toMatch(/^ResourceNotFound/);
  for (const file of ["aws.sqlite", "aws.sqlite-wal"])
    expect(readFileSync(join(dataDir, file)).includes("CANARY-VALUE")).toBe(false);
});

it("lists by prefix, in pages", async () => {
  const { secrets } = await secretsClient();
  for (const Name of ["a/1", "a/2", "b/1"]) await secrets.send(new CreateSecretCommand({ Name, SecretString: "x" }));
  const Filters = [{ Key: "name" as const, Values: ["a/"] }];
  const first = await secrets.send(new ListSecretsCommand({ Filters, MaxResults: 1 }));
  const second = await secrets.send(new ListSecretsCommand({ Filters, MaxResults: 1, NextToken: first.NextToken }));
  expect([first, second].flatMap((page) => page.SecretList?.map((each) => each.Name))).toEqual(["a/1", "a/2"]);
  expect(second.NextToken).toBeUndefined();
});

it.each([
  ["a name with a space", new CreateSecretCommand({ Name: "no spaces" }), /^ValidationException/],
  ["a value over 64 KiB", new CreateSecretCommand({ Name: "a", SecretString: "x".repeat(65_537) }), /^InvalidParam/],
  ["a short token", new CreateSecretCommand({ Name: "a", ClientRequestToken: "short" }), /^InvalidParameter/],
  ["a put into nothing", new PutSecretValueCommand({ SecretId: "gone", SecretString: "x" }), /^ResourceNotFound/],
  ["the description of nothing", new DescribeSecretCommand({ SecretId: "gone" }), /^ResourceNotFoundException/],
  ["the end of nothing", new DeleteSecretCommand({ SecretId: "gone" }), /^ResourceNotFoundException/],
  ["a window of 3 days", new DeleteSecretCommand({ SecretId: "a", RecoveryWindowInDays: 3 }), /^InvalidParameter/],
  [
    "a forced end with a window",
    new DeleteSecretCommand({ SecretId: "a", RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
    /^InvalidParameterException/,
  ],
])("refuses %s", async (_what, command, expected) => {
  const { secrets } = await secretsClient();
  expect(await refusal(secrets.send(command as CreateSecretCommand))).toMatch(expected);
});
