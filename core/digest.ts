import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What is kept of a secret that only has to be recognised: its SHA-256 in hexadecimal. */
export function hashOf(secret: string): string {
  return digestOf(secret).toString("hex");
}

/** The SHA-256 of a text, 32 bytes. */
export function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** What only who has the key can make of a text, and everyone who has it makes alike: HMAC-SHA-256 in base64url. */
export function signatureOf(key: Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** Whether two texts are the same, in a time that does not tell where or whether they differ, or how long they are. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b));
}
