import { type Command, Option } from "commander";
import { idSchema } from "../../contract/id.ts";
import { action, type Context, type Shell } from "../context.ts";
import { usageError } from "../exit.ts";
import { allItems, unknown } from "../find.ts";
import { relative } from "../format.ts";
import { wholeNumber } from "../number.ts";
import { addPageFlags, moreHint, type PageFlags, pageQuery } from "../page.ts";
import { confirmLoss } from "../secret.ts";

const keyRoles = ["viewer", "member", "admin"] as const;

interface NewKeyFlags {
  role?: (typeof keyRoles)[number];
  autonomy?: number;
  expiresInDays?: number;
}

const examples = `
The key's secret is shown once, alone on stdout.

Examples:
  errand key create ci --role member --expires-in-days 90
  ERRAND_API_KEY=$(errand key create ci)`;

export function addKey(program: Command, shell: Shell): void {
  const key = program.command("key").description("API keys: how machines sign in to Errand");
  key
    .command("create")
    .description("create an API key")
    .argument("<name>", "what it is for")
    .addOption(new Option("--role <role>", "what it may do (default: member)").choices(keyRoles))
    .option("--autonomy <level>", "0 (may only read) to 3 (unattended) (default: 1)", wholeNumber)
    .option("--expires-in-days <n>", "when it ends by itself (default: never)", wholeNumber)
    .addHelpText("after", examples)
    .action(action<[string], NewKeyFlags>(shell, createKey));
  addPageFlags(key.command("list").description("list API keys")).action(action<[], PageFlags>(shell, listKeys));
  key
    .command("revoke")
    .description("revoke an API key; what uses it is refused from then on")
    .argument("<key>", "its id, or its name when no other has it")
    .option("--yes", "do not ask")
    .action(action<[string], { yes?: true }>(shell, revokeKey));
}

async function createKey(context: Context, { role, autonomy, expiresInDays }: NewKeyFlags, name: string) {
  const created = await context.client.createKey({ body: { name, role, autonomy, expiresInDays } });
  if (!context.json) {
    context.note(
      `Created API key "${created.name}" (${created.id}, ${created.role}, autonomy ${created.autonomy}). Its secret is shown this once:`,
    );
  }
  context.answer(created, ({ secret }) => secret);
  return undefined;
}

async function listKeys(context: Context, flags: PageFlags) {
  const page = await context.client.listKeys({ query: pageQuery(flags) });
  const now = context.terminal.now();
  context.answer(page, ({ items }) => {
    if (items.length === 0) return "No API keys yet; `errand key create` makes one.";
    return context.table(items, [
      { title: "ID", cell: (key) => key.id },
      { title: "NAME", cell: (key) => key.name, shrinks: true },
      { title: "ROLE", cell: (key) => key.role },
      { title: "AUTONOMY", cell: (key) => String(key.autonomy), optional: true },
      { title: "ENDS IN", cell: (key) => key.lastFour, optional: true },
      { title: "CREATED", cell: (key) => relative(key.createdAt, now), optional: true },
      { title: "EXPIRES", cell: (key) => (key.expiresAt ? relative(key.expiresAt, now) : "never") },
    ]);
  });
  moreHint(context, page);
  return undefined;
}

async function revokeKey(context: Context, { yes }: { yes?: true }, reference: string) {
  const { client, terminal } = context;
  const keyId = await findKey(context, reference);
  await confirmLoss(terminal, `Revoke the API key ${reference}?`, yes);
  await client.deleteKey({ params: { keyId } });
  if (!context.json) context.print(`Revoked API key ${reference}.`);
  return undefined;
}

async function findKey({ client }: Context, reference: string): Promise<string> {
  if (idSchema("key").safeParse(reference).success) return reference;
  const keys = (await allItems((query) => client.listKeys({ query }))).filter((key) => key.name === reference);
  if (keys.length > 1) throw usageError(`${keys.length} keys are called "${reference}"; give an id.`);
  if (!keys[0]) throw unknown(reference, "key");
  return keys[0].id;
}
