import { randomBytes } from "node:crypto";
import * as client from "@aws-sdk/client-secrets-manager";
import { pageOf } from "../paging.ts";
import { AwsError } from "../protocol/errors.ts";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";
import { type SecretRow, SecretStore, type VersionRow } from "./store.ts";

const model = loadModel({
  service: "secretsmanager",
  protocol: "awsJson1_1",
  client,
  invalid: "InvalidParameterException",
});

const NAME = /^[A-Za-z0-9/_+=.@!-]{1,512}$/;
const CURRENT = "AWSCURRENT";
const DAY_MS = 86_400_000;
const MAX_BYTES = 65_536;

type Value = { SecretString?: string | undefined; SecretBinary?: Uint8Array | undefined };

/** Secrets Manager. Values lie in the store's file, which only its owner can read. */
export function secretsManager(context: AwsContext): Service {
  const secrets = new SecretStore(context);

  function createSecret(input: Checked<client.CreateSecretRequest>): Answer<client.CreateSecretResponse> {
    if (!NAME.test(input.Name))
      throw new AwsError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        { status: 400 },
      );
    checkSize(input);
    const token = checkToken(input.ClientRequestToken);
    const existing = secrets.find(input.Name);
    if (existing) return repeated(existing, token, input);
    const suffix = randomBytes(6).toString("base64url").replace(/[-_]/g, "x").slice(0, 6);
    const arn = `arn:aws:secretsmanager:${context.region}:${context.account}:secret:${input.Name}-${suffix}`;
    const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
    context.store.transaction(() => {
      secrets.insert({ arn, name: input.Name, description: input.Description, tags: input.Tags ?? [] });
      if (hasValue) secrets.putVersion(arn, token, input, [CURRENT]);
    });
    return { ARN: arn, Name: input.Name, VersionId: hasValue ? token : undefined };
  }

  /** A second CreateSecret is a success only when it is the first one again: same token, same value. */
  function repeated(existing: SecretRow, token: string, input: Value & { Name: string }) {
    if (existing.deletion !== null)
      throw new AwsError(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    const version = secrets.version(existing.arn, token);
    if (!version || !sameValue(version, input))
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${input.Name} already exists.`,
      );
    return { ARN: existing.arn, Name: existing.name, VersionId: token };
  }

  function getSecretValue(input: Checked<client.GetSecretValueRequest>): Answer<client.GetSecretValueResponse> {
    const secret = live(input.SecretId);
    const stage = input.VersionStage ?? (input.VersionId === undefined ? CURRENT : undefined);
    const found = secrets
      .versions(secret.arn)
      .find((each) => (input.VersionId ?? each.id) === each.id && (stage === undefined || each.stages.includes(stage)));
    if (!found) {
      const what = stage === undefined ? `VersionId: ${input.VersionId}` : `staging label: ${stage}`;
      throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: found.id,
      VersionStages: found.stages,
      SecretString: found.text ?? undefined,
      SecretBinary: found.bytes ?? undefined,
      CreatedDate: new Date(found.created),
    };
  }

  function putSecretValue(input: Checked<client.PutSecretValueRequest>): Answer<client.PutSecretValueResponse> {
    const secret = live(input.SecretId);
    checkSize(input);
    if (input.SecretString === undefined && input.SecretBinary === undefined)
      throw invalidParameter("You must provide either SecretString or SecretBinary.");
    const token = checkToken(input.ClientRequestToken);
    const stages = input.VersionStages ?? [CURRENT];
    const existing = secrets.version(secret.arn, token);
    if (existing && !sameValue(existing, input))
      throw new AwsError(
        "ResourceExistsException",
        `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    if (!existing) secrets.putVersion(secret.arn, token, input, stages);
    return { ARN: secret.arn, Name: secret.name, VersionId: token, VersionStages: existing?.stages ?? stages };
  }

  function describeSecret(input: Checked<client.DescribeSecretRequest>): Answer<client.DescribeSecretResponse> {
    const secret = required(input.SecretId);
    const versions = secrets.versions(secret.arn).filter((each) => each.stages.length > 0);
    return {
      ...summary(secret),
      VersionIdsToStages: Object.fromEntries(versions.map((each) => [each.id, each.stages])),
    };
  }

  function deleteSecret(input: Checked<client.DeleteSecretRequest>): Answer<client.DeleteSecretResponse> {
    const { ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: days } = input;
    if (force && days !== undefined)
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    if (days !== undefined && (!Number.isInteger(days) || days < 7 || days > 30))
      throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    const secret = secrets.find(input.SecretId);
    // AWS answers a forced delete of a secret that is not there as if it had been.
    if (!secret && force) return { Name: input.SecretId, DeletionDate: new Date(context.now()) };
    if (!secret) throw notFound();
    if (force) {
      secrets.remove(secret.arn);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(context.now()) };
    }
    const deletion = context.now() + (days ?? 30) * DAY_MS;
    secrets.markDeleted(live(input.SecretId).arn, deletion);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletion) };
  }

  function restoreSecret(input: Checked<client.RestoreSecretRequest>): Answer<client.RestoreSecretResponse> {
    const secret = required(input.SecretId);
    secrets.markDeleted(secret.arn, null);
    return { ARN: secret.arn, Name: secret.name };
  }

  function listSecrets(input: Checked<client.ListSecretsRequest>): Answer<client.ListSecretsResponse> {
    if (input.Filters?.some((filter) => filter.Key !== "name"))
      throw new AwsError("NotImplemented", "ListSecrets filters by name only.", { status: 501 });
    const prefixes = input.Filters?.flatMap((filter) => filter.Values ?? []) ?? [];
    const rows = secrets
      .all()
      .filter((row) => row.deletion === null || input.IncludePlannedDeletion === true)
      .filter((row) => prefixes.length === 0 || prefixes.some((prefix) => row.name.startsWith(prefix)));
    const page = pageOf(rows, (row) => row.name, {
      limit: input.MaxResults ?? 100,
      token: input.NextToken,
      invalid: () => new AwsError("InvalidNextTokenException", "The NextToken value is invalid."),
    });
    return { SecretList: page.items.map(summary), NextToken: page.nextToken };
  }

  function required(id: string): SecretRow {
    const secret = secrets.find(id);
    if (!secret) throw notFound();
    return secret;
  }

  function live(id: string): SecretRow {
    const secret = required(id);
    if (secret.deletion !== null)
      throw new AwsError(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return secret;
  }

  return {
    model,
    handlers: {
      CreateSecret: createSecret,
      GetSecretValue: getSecretValue,
      PutSecretValue: putSecretValue,
      DescribeSecret: describeSecret,
      DeleteSecret: deleteSecret,
      RestoreSecret: restoreSecret,
      ListSecrets: listSecrets,
    },
    tick: async () => secrets.purge(),
  };
}

function summary(secret: SecretRow) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description ?? undefined,
    CreatedDate: new Date(secret.created),
    LastChangedDate: new Date(secret.changed),
    DeletedDate: secret.deletion === null ? undefined : new Date(secret.deletion),
    Tags: JSON.parse(secret.tags) as client.Tag[],
  };
}

function sameValue(version: VersionRow, value: Value): boolean {
  const bytes = value.SecretBinary;
  return (
    version.text === (value.SecretString ?? null) &&
    (bytes === undefined ? version.bytes === null : Buffer.from(version.bytes ?? []).equals(bytes))
  );
}

function checkSize(value: Value): void {
  if (value.SecretString !== undefined && value.SecretBinary !== undefined)
    throw invalidParameter("You can't specify both a binary secret value and a string secret value.");
  const size = value.SecretBinary?.length ?? Buffer.byteLength(value.SecretString ?? "", "utf8");
  if (size > MAX_BYTES) throw invalidParameter(`A secret value can hold at most ${MAX_BYTES} bytes.`);
}

function checkToken(token: string | undefined): string {
  // The SDK always sends one: it fills in an idempotency token where the caller gave none.
  if (token === undefined) throw invalidParameter("You must provide a ClientRequestToken value.");
  if (token.length < 32 || token.length > 64)
    throw invalidParameter("ClientRequestToken must be 32-64 characters long.");
  return token;
}

function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

function notFound(message = "Secrets Manager can't find the specified secret."): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}
