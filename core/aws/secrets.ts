import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientDefaults, lazy } from "./client.ts";

const client = lazy(() => new SecretsManagerClient(clientDefaults));

/** The secret's value, or undefined when there is none of that name. */
export async function readSecret(name: string): Promise<string | undefined> {
  try {
    return (await client().send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (error) {
    // A secret that is scheduled for deletion answers InvalidRequestException.
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined;
    throw error;
  }
}

/** Stores a value under a name, new or not. Doing it twice is the same as once. */
export async function writeSecret(name: string, value: string): Promise<void> {
  if (await createSecret(name, value)) return;
  try {
    await client().send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
  } catch (error) {
    if (!(error instanceof InvalidRequestException)) throw error;
    await client().send(new RestoreSecretCommand({ SecretId: name }));
    await client().send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
  }
}

/** Stores a value unless the name is taken; tells whether it did. */
export async function createSecret(name: string, value: string): Promise<boolean> {
  try {
    await client().send(new CreateSecretCommand({ Name: name, SecretString: value }));
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException || error instanceof InvalidRequestException) return false;
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
