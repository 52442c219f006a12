import type { Context } from "../context.ts";
import { dataKey } from "./data-key.ts";
import { type Place, sealUnder, unsealUnder } from "./seal-under.ts";

/** Seals under the workspace's data key. */
export async function seal(ctx: Context, place: Place, value: string): Promise<string> {
  return sealUnder(ctx, await dataKey(ctx, place.workspaceId), place, value);
}

export async function unseal(ctx: Context, place: Place, sealed: string): Promise<string> {
  return unsealUnder(await dataKey(ctx, place.workspaceId), place, sealed);
}
