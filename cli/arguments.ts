import type { Command, Option } from "commander";
import { usageError } from "./exit.ts";
import { secretInArguments } from "./secret.ts";

/** Commands that ask for a secret, and flags that do. */
const secretCommands = new Set(["credential set", "parameter-store set"]);
const secretFlags = new Set(["--git-token", "--parameter-store-key"]);

/** Finds what is wrong with a command line that commander takes, and says what it is. Errors: usage. */
export function checkArguments(command: Command, argv: readonly string[]): void {
  if (argv.some((word) => word.includes("\ufffd"))) {
    throw usageError("An argument holds characters that are not UTF-8: give the text in a UTF-8 file instead.");
  }
  const options = optionsOf(command);
  for (const [index, word] of argv.entries()) checkValue(options, word, argv[index + 1]);
  const empty = command.args.indexOf("");
  if (empty >= 0) {
    const name = command.registeredArguments[empty]?.name();
    throw usageError(`${name ? `<${name}>` : "An argument"} is empty: is a variable unset?`);
  }
  if (command.args.length > command.registeredArguments.length) throw tooMany(command, argv);
}

function optionsOf(command: Command | null): Map<string, Option> {
  if (!command) return new Map();
  const own = command.options.flatMap((option) =>
    [option.long, option.short].flatMap((flag) => (flag ? [[flag, option] as const] : [])),
  );
  return new Map([...optionsOf(command.parent), ...own]);
}

function checkValue(options: Map<string, Option>, word: string, next: string | undefined): void {
  const [flag = "", ...inline] = word.startsWith("--") ? word.split("=") : [word];
  if (!options.get(flag)?.required) return;
  const value = inline.length > 0 ? inline.join("=") : next;
  if (value === "") throw usageError(`${flag} has an empty value: is a variable unset?`);
  if (inline.length > 0 || !value || !options.has(value.split("=")[0] ?? "")) return;
  throw usageError(`${flag} needs a value; ${value} behind it is a flag. If it is meant, write ${flag}=${value}.`);
}

function tooMany(command: Command, argv: readonly string[]): Error {
  const surplus = command.args.slice(command.registeredArguments.length);
  if (mayBeSecret(command, argv)) {
    return secretInArguments("There is a word too many. If it is the secret itself: a");
  }
  const name = [command.parent?.name(), command.name()].filter((part) => part !== "errand").join(" ");
  const taken = command.registeredArguments.map((argument) => `<${argument.name()}>`).join(" and ");
  const shown = surplus.slice(0, 5).map((word) => JSON.stringify(word));
  const rest = surplus.length > shown.length ? " and others" : "";
  return usageError(
    `\`${name}\` takes ${taken ? `${taken} only` : "no word of its own"}, but there is also ${shown.join(", ")}${rest}. ${hint(command, argv, surplus)}`,
  );
}

function mayBeSecret(command: Command, argv: readonly string[]): boolean {
  if (secretCommands.has(`${command.parent?.name()} ${command.name()}`)) return true;
  return argv.some((word, index) => secretFlags.has(argv[index - 1] ?? "") && command.args.includes(word));
}

/** The likeliest reason for words too many. */
function hint(command: Command, argv: readonly string[], surplus: readonly string[]): string {
  const dashed = command.args.find((word) => /^[\u2010-\u2015\u2212]/.test(word));
  if (dashed)
    return `${JSON.stringify(dashed)} begins with another dash than the - of the keyboard; flags begin with --.`;
  if (argv.some((word) => /[\u201c-\u201e\u00ab\u00bb]/.test(word))) return "Use straight quotes: \" or '.";
  const cron = command.opts<{ cron?: string }>().cron?.trim();
  if (cron !== undefined && !cron.startsWith("@") && cron.split(/\s+/).length < 5) {
    return 'Put a cron expression in quotes: --cron "0 3 * * *". Without them the shell replaces each * by the names of files.';
  }
  const before = argv[argv.indexOf(surplus[0] ?? "") - 2] ?? "";
  const flag = before.startsWith("--") && optionsOf(command).get(before)?.required ? `${before} "…"` : undefined;
  return flag ? `Put a value of several words in quotes: ${flag}.` : "Put a name of several words in quotes.";
}
