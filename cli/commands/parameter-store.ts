import { parseEnv } from "node:util";
import type { Command } from "commander";
import { ApiError } from "../../contract/client.ts";
import { idSchema } from "../../contract/id.ts";
import { nameKey, tidyName } from "../../contract/name.ts";
import type { ParameterStore } from "../../contract/parameter-store.ts";
import { action, type Context, type Shell } from "../context.ts";
import { notFound, usageError } from "../exit.ts";
import { allItems, unknown } from "../find.ts";
import { relative } from "../format.ts";
import { addPageFlags, moreHint, type PageFlags, pageQuery } from "../page.ts";
import { confirmLoss, readSecret, secretInArguments } from "../secret.ts";
import { pipedText } from "../text.ts";

const createHelp = `
The CONFIG_API_KEY of the store is shown once, alone on stdout. Tasks that use the store need it, and so does whoever
sets its variables. Variables that are piped in as lines of NAME=VALUE are set at once.

Examples:
  errand parameter-store create production < production.env > production.key
  errand parameter-store create plain --unencrypted`;

const setHelp = `
Values are asked for and not shown, or read from stdin: the value of VARIABLE, or without it lines of NAME=VALUE.
The store's CONFIG_API_KEY is asked for as well, or taken from ERRAND_CONFIG_API_KEY. Neither is ever an argument.

Examples:
  errand parameter-store set production DEPLOY_TOKEN
  ERRAND_CONFIG_API_KEY=$(cat production.key) errand parameter-store set production < production.env`;

export function addParameterStore(program: Command, shell: Shell): void {
  const store = program.command("parameter-store").description("named sets of variables that agents get");
  store
    .command("create")
    .description("create a parameter store")
    .argument("<name>", "what tasks call it by")
    .option("--unencrypted", "seal the values under the server's own key; no CONFIG_API_KEY is needed")
    .addHelpText("after", createHelp)
    .action(action<[string], { unencrypted?: true }>(shell, createStore));
  addPageFlags(store.command("list").description("list parameter stores and the names of their variables")).action(
    action<[], PageFlags>(shell, listStores),
  );
  store
    .command("set")
    .description("set variables of a parameter store")
    .argument("<store>", "its name or id")
    .argument("[variable]", "the name of one variable")
    .addHelpText("after", setHelp)
    .action(
      action<[string, string | undefined]>(shell, (context, _, reference, variable) =>
        setVariables(context, reference, variable, shell.environment.ERRAND_CONFIG_API_KEY),
      ),
    );
  store
    .command("remove")
    .description("remove a variable of a parameter store")
    .argument("<store>", "its name or id")
    .argument("<variable>", "its name")
    .action(action<[string, string]>(shell, removeVariable));
  store
    .command("delete")
    .description("delete a parameter store; tasks that use it fail from then on")
    .argument("<store>", "its name or id")
    .option("--yes", "do not ask")
    .action(action<[string], { yes?: true }>(shell, deleteStore));
}

async function createStore(context: Context, { unencrypted }: { unencrypted?: true }, name: string) {
  const { client, terminal } = context;
  const values = terminal.stdin.isTTY ? {} : variablesIn(await pipedText(terminal, "variables"));
  const created = await client.createParameterStore({ body: { name, encrypted: !unencrypted, values } });
  if (!context.json) {
    const count = created.names.length;
    context.note(`Created parameter store "${name}" with ${count} ${count === 1 ? "variable" : "variables"}.`);
    if (created.configApiKey === null) return undefined;
    context.note("Its CONFIG_API_KEY is shown this once:");
  }
  context.answer(created, ({ configApiKey }) => configApiKey ?? "");
  return undefined;
}

async function listStores(context: Context, flags: PageFlags) {
  const page = await context.client.listParameterStores({ query: pageQuery(flags) });
  const now = context.terminal.now();
  context.answer(page, ({ items }) => {
    if (items.length === 0) return "No parameter stores yet; `errand parameter-store create` makes one.";
    return context.table(items, [
      { title: "NAME", cell: (store) => store.name },
      { title: "ENCRYPTED", cell: (store) => (store.encrypted ? "yes" : "no") },
      { title: "VARIABLES", cell: (store) => store.names.join(", "), shrinks: true },
      { title: "CHANGED", cell: (store) => relative(store.updatedAt, now), optional: true },
    ]);
  });
  moreHint(context, page);
  return undefined;
}

async function setVariables(context: Context, reference: string, variable: string | undefined, key?: string) {
  if (variable?.includes("=")) throw secretInArguments();
  const { client, terminal } = context;
  const store = await findStore(context, reference);
  const set =
    variable === undefined ? variablesIn(await piped(context)) : { [variable]: await value(context, variable) };
  if (Object.keys(set).length === 0) throw usageError("Nothing was piped in on stdin: pipe in lines of NAME=VALUE.");
  const needsKey = store.encrypted && key === undefined;
  if (needsKey && !terminal.stdin.isTTY) {
    throw usageError("The store is encrypted: put its CONFIG_API_KEY into ERRAND_CONFIG_API_KEY.");
  }
  const configApiKey = needsKey ? await readSecret(terminal, "CONFIG_API_KEY") : key;
  const body = { set, ...(store.encrypted && { configApiKey }) };
  const changed = await client
    .updateParameterStore({ params: { storeId: store.id }, body, ifMatch: store.version })
    .catch(byName(context));
  context.answer(changed, ({ name }) => `Set ${Object.keys(set).join(", ")} in parameter store "${name}".`);
  return undefined;
}

const value = ({ terminal }: Context, variable: string) => readSecret(terminal, `value of ${variable}`);

async function piped({ terminal }: Context): Promise<string> {
  if (!terminal.stdin.isTTY) return pipedText(terminal, "variables");
  throw usageError("Name the variable to be asked for its value, or pipe in lines of NAME=VALUE.");
}

/** Lines of NAME=VALUE as in an .env file: quotes, comments and values of several lines as usual. */
function variablesIn(lines: string): Record<string, string> {
  // Node's parser drops it without a word.
  if (/^\s*(export\s+)?__proto__\s*=/m.test(lines)) throw usageError("__proto__ is a reserved name for a variable.");
  const variables = Object.entries(parseEnv(lines)).map(([name, each]) => [name, each ?? ""]);
  const says = lines.split("\n").some((line) => /^\s*[^\s#]/.test(line));
  if (variables.length === 0 && says) throw usageError("What was piped in on stdin has no line of NAME=VALUE.");
  return Object.fromEntries(variables);
}

async function removeVariable(context: Context, _: object, reference: string, variable: string) {
  const store = await findStore(context, reference);
  if (!store.names.includes(variable)) throw notFound(`There is no ${variable} in parameter store "${store.name}".`);
  const body = { remove: [variable] };
  const params = { storeId: store.id };
  const changed = await context.client.updateParameterStore({ params, body, ifMatch: store.version });
  context.answer(changed, ({ name }) => `Removed ${variable} from parameter store "${name}".`);
  return undefined;
}

async function deleteStore(context: Context, { yes }: { yes?: true }, reference: string) {
  const { client, terminal } = context;
  const store = await findStore(context, reference);
  await confirmLoss(terminal, `Delete parameter store "${store.name}"? Tasks that use it will fail.`, yes);
  await client.deleteParameterStore({ params: { storeId: store.id } });
  if (!context.json) context.print(`Deleted parameter store "${store.name}".`);
  return undefined;
}

async function findStore({ client }: Context, reference: string): Promise<ParameterStore> {
  const isId = idSchema("parameterStore").safeParse(reference).success;
  const name = nameKey(tidyName(reference));
  const stores = await allItems((query) => client.listParameterStores({ query }));
  const store = stores.find((each) => (isId ? each.id === reference : nameKey(each.name) === name));
  if (store) return store;
  throw unknown(reference, "parameterStore");
}

/** The names that people know for what the API calls configApiKey and set. */
function byName({ json }: Context) {
  return (error: unknown): never => {
    if (json || !(error instanceof ApiError)) throw error;
    const fields = Object.entries(error.fields).map(([field, fault]) => [
      field === "configApiKey" ? "CONFIG_API_KEY" : field.replace(/^set\./, ""),
      fault,
    ]);
    throw new ApiError(error.code, error.status, error.message, Object.fromEntries(fields));
  };
}
