import { describe, expect, it } from "vitest";
import { only, resources, synth } from "./synth.fixture.ts";

const ci = synth("ci").storage;
const prod = synth("prod").storage;

describe("the table", () => {
  it("has the keys, indexes and expiry that the code expects", () => {
    const { Properties } = only(ci, "AWS::DynamoDB::Table");
    expect(Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName)).toEqual(["pk", "sk"]);
    expect(Properties.BillingMode).toBe("PAY_PER_REQUEST");
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: "expiresAt", Enabled: true });
    expect(Properties.GlobalSecondaryIndexes).toEqual(
      ["gsi1", "gsi2", "gsi3", "gsi4"].map((name) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: `${name}pk`, KeyType: "HASH" },
          { AttributeName: `${name}sk`, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
    );
  });

  it("can be restored to any second of the last 35 days, in every stage", () => {
    for (const template of [ci, prod]) {
      expect(only(template, "AWS::DynamoDB::Table").Properties.PointInTimeRecoverySpecification).toEqual({
        PointInTimeRecoveryEnabled: true,
      });
    }
  });

  it("stays when a stage that people use is removed, and goes with a throw-away one", () => {
    const kept = only(prod, "AWS::DynamoDB::Table");
    expect(kept.DeletionPolicy).toBe("Retain");
    expect(kept.Properties.DeletionProtectionEnabled).toBe(true);
    const thrownAway = only(ci, "AWS::DynamoDB::Table");
    expect(thrownAway.DeletionPolicy).toBe("Delete");
    expect(thrownAway.Properties.DeletionProtectionEnabled).toBe(false);
  });
});

it("draws the deployment key at random, 64 characters long, under the stage's own name", () => {
  const { Properties } = only(prod, "AWS::SecretsManager::Secret");
  expect(Properties.Name).toBe("errand/prod/deployment-key");
  expect(Properties.GenerateSecretString.PasswordLength).toBe(64);
  expect(Properties.SecretString).toBeUndefined();
});

it("keeps run logs for two weeks", () => {
  const { Properties } = only(ci, "AWS::Logs::LogGroup");
  expect(Properties).toMatchObject({ LogGroupName: "/errand/ci/runs", RetentionInDays: 14 });
});

it("keeps what the stage was deployed with, the region always and nothing that was not set", () => {
  const kept = (settings: Parameters<typeof synth>[1]) =>
    Object.fromEntries(
      resources(synth("prod", settings).storage, "AWS::SSM::Parameter").map(({ Properties }) => [
        Properties.Name,
        Properties.Value,
      ]),
    );
  expect(kept({ mailFrom: "", zones: ["euc1-az1", "euc1-az2"] })).toEqual({
    "/errand/prod/settings/region": "eu-central-1",
    "/errand/prod/settings/architecture": "arm64",
    "/errand/prod/settings/zones": "euc1-az1,euc1-az2",
  });
  expect(kept({ mailFrom: "a@example.com" })).toMatchObject({ "/errand/prod/settings/mailFrom": "a@example.com" });
});
