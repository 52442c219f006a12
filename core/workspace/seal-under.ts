import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Context } from "../context.ts";

export interface Place {
  workspaceId: string;
  /** The row and the field the secret belongs to. A sealed value moved elsewhere does not open. */
  row: string;
  field: string;
}
const placeData = (place: Place) => Buffer.from(JSON.stringify([place.workspaceId, place.row, place.field]));

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
