import { createCipheriv, createDecipheriv } from "node:crypto";
import { createSecret, readSecret } from "../aws/secrets.ts";
import type { Context } from "../context.ts";

const kept = new Map<string, Promise<Uint8Array>>();

/** The workspace's data key: made when it is first needed, read once per process. */
export function dataKey(ctx: Context, workspaceId: string): Promise<Uint8Array> {
  const name = `${ctx.config.secretPrefix}workspace/${workspaceId}/data-key`;
  const known = kept.get(name);
  if (known) return known;
  const read = readOrMake(ctx, name);
  kept.set(name, read);
  read.catch(() => kept.delete(name));
  return read;
}

async function readOrMake(ctx: Context, name: string): Promise<Uint8Array> {
  const stored = await readSecret(name);
  if (stored) return Buffer.from(stored, "base64");
  const fresh = Buffer.from(ctx.random(32)).toString("base64");
  if (await createSecret(name, fresh)) return Buffer.from(fresh, "base64");
  const theirs = await readSecret(name);
  if (!theirs) throw new Error(`The data key ${name} can be neither made nor read.`);
  return Buffer.from(theirs, "base64");
}

export interface Place {
  workspaceId: string;
  /** The row and the field the secret belongs to. A sealed value moved elsewhere does not open. */
  row: string;
  field: string;
}
const placeData = (place: Place) => Buffer.from(JSON.stringify([place.workspaceId, place.row, place.field]));

/** Seals under the workspace's data key. */
export async function seal(ctx: Context, place: Place, value: string): Promise<string> {
  return sealUnder(ctx, await dataKey(ctx, place.workspaceId), place, value);
}

export async function unseal(ctx: Context, place: Place, sealed: string): Promise<string> {
  return unsealUnder(await dataKey(ctx, place.workspaceId), place, sealed);
}

/** AES-256-GCM under a key of 32 bytes: version, 12 bytes of nonce, 16 bytes of tag, ciphertext; base64. */
export function sealUnder(ctx: Context, key: Uint8Array, place: Place, value: string): string {
  const nonce = ctx.random(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(placeData(place));
  const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), body]).toString("base64");
}

/** Throws when it was sealed under another key or in another place, or has changed since. */
export function unsealUnder(key: Uint8Array, place: Place, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 13))
    .setAAD(placeData(place))
    .setAuthTag(bytes.subarray(13, 29));
  return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString("utf8");
}
