import type { CredentialKind } from "./agent.ts";

/** What a secret is for. `elsewhere`: nothing that Errand signs in with. */
export type SecretUse = CredentialKind | "gitToken" | "parameterStoreKey" | "elsewhere";

export interface SecretShape {
  /** What it is, with its article: "an OpenAI API key". */
  name: string;
  use: SecretUse;
}

/** The first that fits is meant. */
const shapes: [begins: RegExp, name: string, use: SecretUse][] = [
  [/^sk-ant-oat/, "a Claude OAuth token", "claudeoauthtoken"],
  [/^sk-ant-ort/, "a Claude refresh token, with which no model can be called", "elsewhere"],
  [/^sk-ant-admin/, "an Anthropic admin key, with which no model can be called", "elsewhere"],
  [/^sk-ant-/, "an Anthropic API key", "anthropicapikey"],
  [/^sk-admin-/, "an OpenAI admin key, with which no model can be called", "elsewhere"],
  [/^sk-or-/, "an OpenRouter key", "elsewhere"],
  [/^sk-/, "an OpenAI API key", "openaikey"],
  [/^(gh[opsur]_|github_pat_)/, "a GitHub token", "gitToken"],
  [/^glpat-/, "a GitLab token", "gitToken"],
  [/^cfg_/, "the key of a parameter store", "parameterStoreKey"],
  [/^ek_/, "an API key of Errand", "elsewhere"],
  [/^xox[abp]-/, "a Slack token", "elsewhere"],
  [/^A[KS]IA[A-Z2-7]{16}$/, "an AWS access key", "elsewhere"],
];

/** With fewer characters the beginning may still become another one. */
const enough = 12;

/** What a secret looks like, told by how it begins. Undefined where its shape tells nothing. It is a hint, never a proof. */
export function shapeOf(value: string): SecretShape | undefined {
  const text = value.trim();
  const found = text.length >= enough && shapes.find(([begins]) => begins.test(text));
  return found ? { name: found[1], use: found[2] } : undefined;
}

/** What a secret looks like that seems not to belong where it is given. */
export function misplaced(value: string, use: SecretUse): SecretShape | undefined {
  const shape = shapeOf(value);
  return shape?.use === use ? undefined : shape;
}
