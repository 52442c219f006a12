import * as z from "zod";
import { idSchema } from "./id.ts";
import { nameFault } from "./name.ts";
import { named } from "./text.ts";

/** Names that would let a value break out of the agent's environment, or take the gateway's place. */
const reserved = [
  /^(PATH|HOME|SHELL|USER|LOGNAME|PWD|TMPDIR|IFS|ENV|BASH_ENV|PS4|TZDIR|EDITOR|VISUAL|PAGER)$/,
  /^(LD_|DYLD_|GIT_|SSH_|NODE_|NPM_|PYTHON|PERL|RUBY|JAVA_TOOL|_JAVA|GLIBC_|MALLOC_|BASH_FUNC_)/,
  /^(BUN_|XDG_|__)/,
  /^(ANTHROPIC_|CLAUDE_|OPENAI_|CODEX_|GITHUB_|AWS_|ECS_|ERRAND_|IS_SANDBOX$|DISABLE_)/,
  /^((HTTPS?|ALL|NO)_PROXY|SSL_CERT_|CURL_CA_|REQUESTS_CA_)/,
];

/** The name of an environment variable that a parameter store may hold. */
export const variableName = z
  .string()
  .max(128, "must be at most 128 characters")
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and underscores, and not begin with a digit")
  .refine((name) => !reserved.some((pattern) => pattern.test(name.toUpperCase())), "is a reserved name");

const variableValue = z
  .string()
  .max(8192, "must be at most 8192 characters")
  .refine((value) => !value.includes("\0"), "must not contain a null character");

export const parameterStoreLimits = { variables: 100, totalBytes: 128 * 1024 } as const;

const values = z
  .record(variableName, variableValue)
  .refine(
    (all) => Object.keys(all).length <= parameterStoreLimits.variables,
    `must be at most ${parameterStoreLimits.variables} variables`,
  );

export const parameterStoreName = named((text) =>
  nameFault(text, { most: 80, marks: "._-", spoken: "dots, dashes or underscores" }),
);

export const configApiKey = z
  .string()
  .trim()
  .regex(/^cfg_[A-Za-z0-9_-]{43}$/, "must be the key that was shown when the store was made (cfg_…)");

export const parameterStoreInput = z.strictObject({
  name: parameterStoreName,
  encrypted: z.boolean().default(true).describe("Seals the values under a key that only you and your tasks have."),
  values: values.default({}),
});

/** A change of a store. An encrypted one takes new values only together with its key. */
export const parameterStorePatch = z.strictObject({
  set: values.default({}),
  remove: z.array(z.string().max(128)).max(100).default([]),
  configApiKey: configApiKey.optional(),
});

/** A store as it is shown: names come back, values never do. */
export const parameterStore = z.object({
  id: idSchema("parameterStore"),
  name: z.string(),
  encrypted: z.boolean(),
  names: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.string().describe("Another one after each change of it: send it back as If-Match."),
});
export type ParameterStore = z.infer<typeof parameterStore>;

export const newParameterStore = parameterStore.extend({
  configApiKey: z.string().nullable().describe("The CONFIG_API_KEY, shown this once; null for an unencrypted store."),
});
