import { createHash, timingSafeEqual } from "node:crypto";
import type { Context } from "../context.ts";
import { Refusal } from "../error.ts";

export function newClaimToken(ctx: Context): string {
  return `ct_${Buffer.from(ctx.random(32)).toString("base64url")}`;
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest()];
  return timingSafeEqual(left, right);
}

/** The answer to a ticket or claim token that is not, or no longer, good for this run. */
export function notYours(): Refusal {
  return new Refusal("unauthenticated", "This token is not valid for the run, or not any more.");
}
