import { hkdfSync } from "node:crypto";
import { readSecret } from "../aws/secrets.ts";
import type { Context } from "../context.ts";
import { signatureOf } from "../digest.ts";

const kept = new Map<string, Promise<string>>();

/** The deployment's root key, read once per process. Everything derived from it has a purpose of its own. */
function deploymentKey(ctx: Context): Promise<string> {
  const name = ctx.config.deploymentKeySecret;
  const known = kept.get(name);
  if (known) return known;
  const read = readSecret(name).then((value) => {
    if (!value) throw new Error(`The deployment key ${name} is missing from Secrets Manager.`);
    return value;
  });
  kept.set(name, read);
  read.catch(() => kept.delete(name));
  return read;
}

/** The same key as it was before the deployment key was replaced, if it ever was. */
export async function formerDerivedKey(ctx: Context, purpose: string): Promise<Uint8Array | undefined> {
  const value = await readSecret(ctx.config.deploymentKeySecret, "AWSPREVIOUS");
  return value === undefined ? undefined : keyFrom(value, purpose);
}

/** A 32-byte key for one purpose. */
export async function derivedKey(ctx: Context, purpose: string): Promise<Uint8Array> {
  return keyFrom(await deploymentKey(ctx), purpose);
}

function keyFrom(deploymentKey: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", deploymentKey, "errand", purpose, 32));
}

/**
 * The one-time ticket of an attempt. It is derived, not drawn: whoever takes a launch over must send the very same
 * parameters under the same client token.
 */
export async function ticketOf(ctx: Context, runId: string, attempt: number): Promise<string> {
  const key = await derivedKey(ctx, "ticket");
  return `tk_${signatureOf(key, `${runId}:${attempt}`)}`;
}
