import * as z from "zod";
import { type AgentType, agents, credentialKinds } from "../../contract/agent.ts";
import type { Credential, credentialInput } from "../../contract/credential.ts";
import { deleteSecret, readSecret } from "../aws/secrets.ts";
import { type CredentialRow, isConditionFailure, tookEffect } from "../aws/table/index.ts";
import type { Context } from "../context.ts";
import { invalid, notFound, Refusal } from "../error.ts";
import { type TaskCard, taskCards } from "../task/cards.ts";
import { seal, unseal } from "../workspace/seal.ts";
import { askProvider } from "./check.ts";

const stored = z.object({ kind: z.enum(credentialKinds), value: z.string() });
export type StoredCredential = z.infer<typeof stored>;

/** How many names of tasks are told with a credential. */
const mostTasks = 20;

const placeOf = (workspaceId: string, agentType: AgentType) => ({
  workspaceId,
  row: `credential ${agentType}`,
  field: "sealed",
});

/** Where versions kept it that had a secret for each credential. */
function formerName(ctx: Context, workspaceId: string, agentType: AgentType): string {
  return `${ctx.config.secretPrefix}workspace/${workspaceId}/credential/${agentType}`;
}

export async function listCredentials(ctx: Context, workspaceId: string): Promise<Credential[]> {
  const { data } = await ctx.table.entities.credential.query.primary({ workspaceId }).go({ pages: "all" });
  const tasks = data.length > 0 ? await taskCards(ctx, workspaceId) : [];
  return data.map((row) => shown(row, tasks));
}

/** Stores a credential that its provider does not refuse; by force also one that it does. */
export async function putCredential(
  ctx: Context,
  workspaceId: string,
  agentType: AgentType,
  { kind, value, force }: z.output<typeof credentialInput>,
): Promise<Credential> {
  const kinds = agents[agentType].credentialKinds;
  if (!kinds.includes(kind)) throw invalid({ kind: `must be ${kinds.join(" or ")} for ${agentType}` });
  const check = await askProvider(ctx, { kind, value });
  if (check === "refused" && !force) {
    const message = "The model provider refused this credential; correct it, or store it by force.";
    throw new Refusal("credential_refused", message, { value: "was refused by the model provider" });
  }
  const sealed = await seal(ctx, placeOf(workspaceId, agentType), JSON.stringify({ kind, value }));
  const now = ctx.now().toISOString();
  const row = {
    workspaceId,
    agentType,
    kind,
    lastFour: value.slice(-4),
    sealed,
    updatedAt: now,
    check,
    checkedAt: now,
  };
  await ctx.table.entities.credential.put(row).go();
  return shown(row, await taskCards(ctx, workspaceId));
}

/** Asks the provider again about the stored credential, and keeps what it says. */
export async function checkCredential(ctx: Context, workspaceId: string, agentType: AgentType): Promise<Credential> {
  const { credential } = ctx.table.entities;
  const { data: row } = await credential.get({ workspaceId, agentType }).go({ consistent: true });
  const secret = row && (await readCredential(ctx, workspaceId, agentType));
  if (!row || !secret) throw notFound("credential");
  const checked = { check: await askProvider(ctx, secret), checkedAt: ctx.now().toISOString() };
  try {
    await credential
      .patch({ workspaceId, agentType })
      .set(checked)
      .where(({ updatedAt }, { eq }) => eq(updatedAt, row.updatedAt))
      .go();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    throw new Refusal("not_found", "The credential was changed while it was checked; look at it again.");
  }
  return shown({ ...row, ...checked }, await taskCards(ctx, workspaceId));
}

/** The row goes first: without it no run starts. */
export async function removeCredential(ctx: Context, workspaceId: string, agentType: AgentType): Promise<void> {
  const { data } = await ctx.table.entities.credential.delete({ workspaceId, agentType }).go({ response: "all_old" });
  await deleteSecret(formerName(ctx, workspaceId, agentType));
  if (!data) throw notFound("credential");
}

/** The credential itself, for a redeemed ticket and for its check only. */
export async function readCredential(
  ctx: Context,
  workspaceId: string,
  agentType: AgentType,
): Promise<StoredCredential | undefined> {
  const { data: row } = await ctx.table.entities.credential.get({ workspaceId, agentType }).go({ consistent: true });
  if (!row) return undefined;
  const place = placeOf(workspaceId, agentType);
  const value = row.sealed === undefined ? await takeOver(ctx, row) : await unseal(ctx, place, row.sealed);
  return value === undefined ? undefined : stored.parse(JSON.parse(value));
}

/** Brings a credential that Secrets Manager still has into its row. The secret goes when the row has it. */
async function takeOver(
  ctx: Context,
  { workspaceId, agentType, updatedAt }: CredentialRow,
): Promise<string | undefined> {
  const name = formerName(ctx, workspaceId, agentType);
  const value = await readSecret(name);
  if (value === undefined) return undefined;
  const sealed = await seal(ctx, placeOf(workspaceId, agentType), value);
  const change = ctx.table.entities.credential
    .patch({ workspaceId, agentType })
    .set({ sealed })
    .where((row, { eq }) => eq(row.updatedAt, updatedAt));
  if (await tookEffect(change.go())) await deleteSecret(name);
  return value;
}

function shown(row: CredentialRow, tasks: TaskCard[]): Credential {
  const { agentType, kind, lastFour, updatedAt, check = "unknown", checkedAt = null } = row;
  const using = tasks.filter((task) => task.enabled && task.agentType === agentType).map((task) => task.name);
  return { agentType, kind, lastFour, updatedAt, check, checkedAt, tasks: using.slice(0, mostTasks) };
}
