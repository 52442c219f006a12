import type { CredentialKind } from "../../../../contract/agent.ts";
import type { Credential } from "../../../../contract/credential.ts";

/** What people call each kind, how it begins, and where one gets it. */
export const kinds: Record<CredentialKind, { label: string; placeholder: string; from: string }> = {
  anthropicapikey: {
    label: "Anthropic API Key",
    placeholder: "sk-ant-api03-…",
    from: "From console.anthropic.com, under API keys.",
  },
  claudeoauthtoken: {
    label: "Claude OAuth Token",
    placeholder: "sk-ant-oat01-…",
    from: "What claude setup-token prints.",
  },
  openaikey: { label: "OpenAI API Key", placeholder: "sk-…", from: "From platform.openai.com, under API keys." },
};

export const checks: Record<Credential["check"], { label: string; text: string }> = {
  accepted: { label: "Accepted", text: "The provider accepted it." },
  refused: { label: "Refused", text: "The provider refused it: runs will fail." },
  unknown: { label: "Not checked", text: "The provider could not be asked." },
};
