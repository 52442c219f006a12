import { hkdfSync } from "node:crypto";
import type { Context } from "../context.ts";
import { sameText } from "../digest.ts";

/** A fresh CONFIG_API_KEY. It is random enough to be a key itself, so deriving from it needs no slow hash. */
export function newConfigApiKey(ctx: Context): string {
  return `cfg_${Buffer.from(ctx.random(32)).toString("base64url")}`;
}

/** The key that the values of this store are sealed under. */
export function sealingKey(configApiKey: string, storeId: string): Uint8Array {
  return derived(configApiKey, storeId, "values");
}

/** What is kept of a CONFIG_API_KEY: it tells the key from others, and neither the key nor the sealing key from it. */
export function verifierOf(configApiKey: string, storeId: string): string {
  return Buffer.from(derived(configApiKey, storeId, "verifier")).toString("base64url");
}

export function opens(configApiKey: string, store: { storeId: string; verifier?: string | undefined }): boolean {
  return sameText(verifierOf(configApiKey, store.storeId), store.verifier ?? "");
}

function derived(configApiKey: string, storeId: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", configApiKey, storeId, `errand parameter store ${purpose}`, 32));
}
