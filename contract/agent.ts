import * as z from "zod";

/** The programs that can work on a task. `direct` is reserved for a later agent type without a CLI. */
export const agentTypes = ["claude-runner", "codex-runner"] as const;
export type AgentType = (typeof agentTypes)[number];

const aliases: Record<string, AgentType> = {
  claude: "claude-runner",
  claudecode: "claude-runner",
  "birme-claude-runner": "claude-runner",
  codex: "codex-runner",
  "birme-codex-runner": "codex-runner",
};

/** Accepts any case and the aliases people know; answers the canonical name. */
export const agentType = z
  .string()
  .transform((value) => {
    const lower = value.trim().toLowerCase();
    return aliases[lower] ?? lower;
  })
  .pipe(z.enum(agentTypes, { error: `must be one of ${agentTypes.join(", ")}` }));

export const credentialKinds = ["anthropicapikey", "claudeoauthtoken", "openaikey"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

export const sandboxes = ["read-only", "workspace-write", "danger-full-access"] as const;

/** What an agent type is called, what it can sign in with, and which fields of a task apply to it. */
export const agents: Record<
  AgentType,
  {
    label: string;
    provider: "anthropic" | "openai";
    credentialKinds: readonly CredentialKind[];
    defaultModel: string;
    contextFile: string;
    fields: { allowedTools: boolean; disallowedTools: boolean; sandbox: boolean };
  }
> = {
  "claude-runner": {
    label: "Claude Runner",
    provider: "anthropic",
    credentialKinds: ["anthropicapikey", "claudeoauthtoken"],
    defaultModel: "claude-sonnet-4-5",
    contextFile: "CLAUDE.md",
    fields: { allowedTools: true, disallowedTools: true, sandbox: false },
  },
  "codex-runner": {
    label: "Codex Runner",
    provider: "openai",
    credentialKinds: ["openaikey"],
    defaultModel: "gpt-5.5",
    contextFile: "AGENTS.md",
    fields: { allowedTools: false, disallowedTools: false, sandbox: true },
  },
};

/** Why a field cannot be given for an agent type, or undefined when it can. */
export function fieldRefusal(type: AgentType, field: keyof (typeof agents)[AgentType]["fields"]): string | undefined {
  if (agents[type].fields[field]) return undefined;
  const owner = agentTypes.find((other) => agents[other].fields[field]);
  return `only applies to ${owner}; set it to null`;
}
