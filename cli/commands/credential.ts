import { type Command, Option } from "commander";
import {
  type AgentType,
  agents,
  agentType,
  agentTypes,
  type CredentialKind,
  credentialKinds,
} from "../../contract/agent.ts";
import { ApiError } from "../../contract/client.ts";
import type { Credential } from "../../contract/credential.ts";
import { action, type Context, type Shell } from "../context.ts";
import { usageError } from "../exit.ts";
import { relative } from "../format.ts";
import { confirmLoss, readSecret } from "../secret.ts";

const examples = `
The value is asked for and not shown, or read from stdin. It is never an argument.

Examples:
  errand credential set claude-runner
  errand credential set codex-runner < key.txt
  claude setup-token | tail -1 | errand credential set claude-runner --kind claudeoauthtoken`;

export function addCredential(program: Command, shell: Shell): void {
  const credential = program.command("credential").description("how agents sign in to their model provider");
  credential
    .command("set")
    .description("store or replace the credential of an agent type")
    .argument("<agent>", agentTypes.join(" or "))
    .addOption(new Option("--kind <kind>", "what it is (default: told by its shape)").choices(credentialKinds))
    .option("--force", "store it even if the provider refuses it")
    .addHelpText("after", examples)
    .action(action<[string], SetFlags>(shell, setCredential));
  credential
    .command("list")
    .description("list what is known about the stored credentials")
    .action(action<[]>(shell, listCredentials));
  credential
    .command("remove")
    .description("remove the credential of an agent type; its tasks fail from then on")
    .argument("<agent>", agentTypes.join(" or "))
    .option("--yes", "do not ask")
    .action(action<[string], { yes?: true }>(shell, removeCredential));
}

interface SetFlags {
  kind?: CredentialKind;
  force?: true;
}

const checkWords: Record<Credential["check"], string> = {
  accepted: "The provider accepts it.",
  refused: "The provider refuses it.",
  unknown: "The provider could not be asked whether it accepts it.",
};

async function setCredential(context: Context, flags: SetFlags, name: string) {
  const type = agentTypeOf(name);
  // The server is looked for first: nobody should type a secret for nothing.
  const { client, terminal } = context;
  const value = await readSecret(terminal, `${agents[type].label} credential`);
  const body = { kind: flags.kind ?? kindOf(value, type), value, force: flags.force ?? false };
  const stored = await client.putCredential({ params: { agentType: type }, body }).catch(byFlag(context));
  context.answer(stored, ({ kind, agentType, lastFour, check }) =>
    [`Stored the ${kind} of ${agentType}; it ends in ${lastFour}.`, checkWords[check]].join(" "),
  );
  return undefined;
}

async function listCredentials(context: Context) {
  const now = context.terminal.now();
  context.answer(await context.client.listCredentials(), ({ items }) => {
    if (items.length === 0) return "No credentials yet; `errand credential set claude-runner` stores one.";
    return context.table(items, [
      { title: "AGENT", cell: (credential) => credential.agentType },
      { title: "KIND", cell: (credential) => credential.kind },
      { title: "ENDS IN", cell: (credential) => credential.lastFour },
      { title: "PROVIDER", cell: (credential) => credential.check },
      { title: "CHANGED", cell: (credential) => relative(credential.updatedAt, now) },
    ]);
  });
  return undefined;
}

async function removeCredential(context: Context, { yes }: { yes?: true }, name: string) {
  const type = agentTypeOf(name);
  const { client, terminal } = context;
  await confirmLoss(terminal, `Remove the credential of ${type}? Its tasks will fail.`, yes);
  await client.deleteCredential({ params: { agentType: type } });
  if (!context.json) context.print(`Removed the credential of ${type}.`);
  return undefined;
}

function agentTypeOf(name: string): AgentType {
  const parsed = agentType.safeParse(name);
  if (!parsed.success) throw usageError(`The agent type must be one of ${agentTypes.join(", ")}.`);
  return parsed.data;
}

/** What a credential is, told by its shape or by there being one kind only. Errors: usage. */
function kindOf(value: string, type: AgentType): CredentialKind {
  if (value.startsWith("sk-ant-oat")) return "claudeoauthtoken";
  if (value.startsWith("sk-ant-")) return "anthropicapikey";
  if (value.startsWith("sk-")) return "openaikey";
  const [only, ...others] = agents[type].credentialKinds;
  if (only && others.length === 0) return only;
  throw usageError(
    `Its shape does not tell what it is: add --kind ${agents[type].credentialKinds.join(" or --kind ")}.`,
  );
}

function byFlag({ json }: Context) {
  return (error: unknown): never => {
    if (json || !(error instanceof ApiError)) throw error;
    const { kind, ...rest } = error.fields;
    throw new ApiError(error.code, error.status, error.message, { ...rest, ...(kind && { "--kind": kind }) });
  };
}
