import type * as z from "zod";
import type { ApiKey, apiKeyInput } from "../../contract/access.ts";
import { idPrefixes } from "../../contract/id.ts";
import { pageOf } from "../aws/page.ts";
import type { ApiKeyRow } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { hashOf, sameText } from "../digest.ts";
import { notFound } from "../error.ts";
import { newId } from "../id.ts";
import { expiryIn } from "../time.ts";
import type { Principal } from "./principal.ts";

const prefix = "ek_live_";

/** Makes a key. Its secret carries the key's id, so that it is found by one read; only its hash is kept. */
export async function createKey(
  ctx: Context,
  workspaceId: string,
  input: z.output<typeof apiKeyInput>,
): Promise<ApiKey & { secret: string }> {
  const keyId = newId(ctx, "key");
  const secret = `${prefix}${keyId.slice(idPrefixes.key.length + 1)}_${Buffer.from(ctx.random(32)).toString("base64url")}`;
  const days = input.expiresInDays;
  const row = {
    keyId,
    workspaceId,
    name: input.name,
    role: input.role,
    autonomy: input.autonomy,
    hash: hashOf(secret),
    lastFour: secret.slice(-4),
    createdAt: ctx.now().toISOString(),
    ...(days !== null && { expiresAt: expiryIn(ctx.now(), days) }),
  };
  await ctx.table.entities.apiKey.create(row).go();
  return { ...shown(row), secret };
}

export async function listKeys(ctx: Context, workspaceId: string, page: { limit: number; cursor?: string }) {
  const query = ctx.table.entities.apiKey.query.byWorkspace({ workspaceId });
  const { data, cursor } = await query.go({ hydrate: true, ...pageOf(query, page) });
  return { items: data.map(shown), nextCursor: cursor };
}

export async function deleteKey(ctx: Context, workspaceId: string, keyId: string): Promise<void> {
  const { apiKey } = ctx.table.entities;
  const { data } = await apiKey.get({ keyId }).go();
  if (data?.workspaceId !== workspaceId) throw notFound("API key");
  await apiKey.delete({ keyId }).go();
}

/** Who a presented key is, or undefined when it is unknown, revoked or past its expiry. */
export async function principalOfKey(ctx: Context, secret: string): Promise<Principal | undefined> {
  const match = /^ek_live_([0-9A-HJKMNP-TV-Z]{26})_/.exec(secret);
  if (!match) return undefined;
  const { data: row } = await ctx.table.entities.apiKey
    .get({ keyId: `${idPrefixes.key}_${match[1]}` })
    .go({ consistent: true });
  if (!row || !sameText(row.hash, hashOf(secret))) return undefined;
  if (row.expiresAt !== undefined && row.expiresAt * 1000 <= ctx.now().getTime()) return undefined;
  const { workspaceId, keyId, name, role, autonomy } = row;
  return { workspaceId, id: keyId, name, role, autonomy, via: "key", expiresAt: expiry(row) };
}

function expiry(row: Pick<ApiKeyRow, "expiresAt">): string | null {
  return row.expiresAt === undefined ? null : new Date(row.expiresAt * 1000).toISOString();
}

function shown(row: ApiKeyRow): ApiKey {
  const { keyId, name, role, autonomy, lastFour, createdAt } = row;
  return { id: keyId, name, role, autonomy, lastFour, createdAt, expiresAt: expiry(row) };
}
