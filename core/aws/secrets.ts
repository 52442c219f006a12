import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientDefaults, lazy } from "./client.ts";

const client = lazy(() => new SecretsManagerClient(clientDefaults));

/** The secret's value, or undefined when there is none of that name or no such version of it. */
export async function readSecret(name: string, version?: "AWSPREVIOUS"): Promise<string | undefined> {
  try {
    const { SecretString } = await client().send(new GetSecretValueCommand({ SecretId: name, VersionStage: version }));
    return SecretString;
  } catch (error) {
    // A secret that is scheduled for deletion answers InvalidRequestException.
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined;
    throw error;
  }
}

export async function deleteSecret(name: string): Promise<void> {
  try {
    await client().send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
