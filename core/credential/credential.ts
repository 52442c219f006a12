import * as z from "zod";
import { type AgentType, agents, credentialKinds } from "../../contract/agent.ts";
import type { Credential, credentialInput } from "../../contract/credential.ts";
import { deleteSecret, readSecret, writeSecret } from "../aws/secrets.ts";
import type { CredentialRow } from "../aws/table.ts";
import type { Context } from "../context.ts";
import { invalid, notFound } from "../error.ts";

const stored = z.object({ kind: z.enum(credentialKinds), value: z.string() });
export type StoredCredential = z.infer<typeof stored>;

function secretName(ctx: Context, workspaceId: string, agentType: AgentType): string {
  return `${ctx.config.secretPrefix}workspace/${workspaceId}/credential/${agentType}`;
}

export async function listCredentials(ctx: Context, workspaceId: string): Promise<Credential[]> {
  const { data } = await ctx.table.entities.credential.query.primary({ workspaceId }).go({ pages: "all" });
  return data.map(shown);
}

/** The secret is written first: a row without its secret would start runs that cannot sign in. */
export async function putCredential(
  ctx: Context,
  workspaceId: string,
  agentType: AgentType,
  input: z.output<typeof credentialInput>,
): Promise<Credential> {
  const kinds = agents[agentType].credentialKinds;
  if (!kinds.includes(input.kind)) throw invalid({ kind: `must be ${kinds.join(" or ")} for ${agentType}` });
  await writeSecret(secretName(ctx, workspaceId, agentType), JSON.stringify(input));
  const row = {
    workspaceId,
    agentType,
    kind: input.kind,
    lastFour: input.value.slice(-4),
    updatedAt: ctx.now().toISOString(),
  };
  await ctx.table.entities.credential.put(row).go();
  return shown(row);
}

/** The row goes first: without it no run starts. A secret left behind by a crash is overwritten by the next put. */
export async function removeCredential(ctx: Context, workspaceId: string, agentType: AgentType): Promise<void> {
  const { data } = await ctx.table.entities.credential.delete({ workspaceId, agentType }).go({ response: "all_old" });
  await deleteSecret(secretName(ctx, workspaceId, agentType));
  if (!data) throw notFound("credential");
}

/** The credential itself, for a redeemed ticket only. */
export async function readCredential(
  ctx: Context,
  workspaceId: string,
  agentType: AgentType,
): Promise<StoredCredential | undefined> {
  const value = await readSecret(secretName(ctx, workspaceId, agentType));
  return value === undefined ? undefined : stored.parse(JSON.parse(value));
}

function shown(row: CredentialRow): Credential {
  return { agentType: row.agentType, kind: row.kind, lastFour: row.lastFour, updatedAt: row.updatedAt };
}
