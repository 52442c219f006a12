import { createHash, timingSafeEqual } from "node:crypto";

/** What is kept of a secret that only has to be recognised: its SHA-256 in hexadecimal. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether two texts are the same, in a time that does not tell where or whether they differ, or how long they are. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest()];
  return timingSafeEqual(left, right);
}
