import type { Context } from "../context.ts";
import { Refusal } from "../error.ts";

export function newClaimToken(ctx: Context): string {
  return `ct_${Buffer.from(ctx.random(32)).toString("base64url")}`;
}

/** The answer to a ticket or claim token that is not, or no longer, good for this run. */
export function notYours(): Refusal {
  return new Refusal("unauthenticated", "This token is not valid for the run, or not any more.");
}
