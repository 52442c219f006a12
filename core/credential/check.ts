import type { CredentialKind } from "../../contract/agent.ts";
import type { Credential } from "../../contract/credential.ts";
import type { Context } from "../context.ts";
import { log } from "../logger.ts";

const hosts: Record<CredentialKind, string> = {
  anthropicapikey: "api.anthropic.com",
  claudeoauthtoken: "api.anthropic.com",
  openaikey: "api.openai.com",
};

/** Milliseconds until a provider that does not answer counts as one that could not be asked. */
const standardPatience = 5_000;

/**
 * Asks the model provider for its list of models: the call that costs nothing and needs nothing but a good credential.
 * It never throws: whatever is neither a yes nor a no is unknown.
 */
export async function askProvider(
  ctx: Context,
  credential: { kind: CredentialKind; value: string },
  patience = standardPatience,
): Promise<Credential["check"]> {
  try {
    const answer = await fetch(`${baseUrl(ctx, credential)}/v1/models`, {
      headers: headersOf(credential),
      // A credential goes to its provider and to nobody it may point to.
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
    await answer.body?.cancel();
    if (answer.ok) return "accepted";
    return answer.status === 401 || answer.status === 403 ? "refused" : "unknown";
  } catch (error) {
    log("provider not asked", { host: hosts[credential.kind], reason: (error as Error).name });
    return "unknown";
  }
}

/** The provider itself, or what stands in for it with this credential. */
function baseUrl(ctx: Context, { kind, value }: { kind: CredentialKind; value: string }): string {
  const fits = (it: { host: string; forKey?: string | undefined }) =>
    it.host === hosts[kind] && (it.forKey === undefined || it.forKey === value);
  return (ctx.config.standIns.find(fits)?.url ?? `https://${hosts[kind]}`).replace(/\/$/, "");
}

function headersOf({ kind, value }: { kind: CredentialKind; value: string }): Record<string, string> {
  const bearer = { authorization: `Bearer ${value}` };
  if (kind === "openaikey") return bearer;
  const version = { "anthropic-version": "2023-06-01" };
  if (kind === "anthropicapikey") return { ...version, "x-api-key": value };
  return { ...version, ...bearer, "anthropic-beta": "oauth-2025-04-20" };
}
