import { usageError } from "./exit.ts";
import type { Terminal } from "./terminal.ts";
import { pipedText } from "./text.ts";

const shapes =
  /^(sk-(?=.*\d)(ant-|proj-|[A-Za-z0-9_-]{12})|ek_live_|cfg_|gh[opsur]_|github_pat_|glpat-|xox[abp]-)[A-Za-z0-9_-]{8,}$/;

/** Refuses a command line that carries a secret: other users see it in `ps`, and the shell keeps it. */
export function refuseSecretsIn(argv: readonly string[]): void {
  for (const argument of argv) {
    const value = argument.startsWith("--") ? argument.slice(argument.indexOf("=") + 1) : argument;
    if (/^--(git-token|parameter-store-key)=/.test(argument)) throw secretInArguments();
    const [, beginning] = shapes.exec(value) ?? [];
    if (beginning) throw secretInArguments(`An argument looks like a secret, as it begins with ${beginning}. A`);
  }
}

/** `beginning` leads to "… secret is never taken from an argument". */
export function secretInArguments(beginning = "A") {
  return usageError(
    `${beginning} secret is never taken from an argument, and this one is now in your shell's history: delete it there ` +
      "and replace it at its provider. Give the new one at the prompt, or pipe it in on stdin.",
  );
}

/** Asks for a secret without showing it, or reads it from what is piped in. Errors: usage, when there is none. */
export async function readSecret(terminal: Terminal, name: string): Promise<string> {
  const { stdin, stderr } = terminal;
  const given = stdin.isTTY ? await ask(name, stderr) : await pipedText(terminal, `the ${name}`);
  const value = given.trim();
  if (value === "") throw usageError(`No ${name} was given; type it at the prompt, or pipe it in on stdin.`);
  return value;
}

async function ask(name: string, output: NodeJS.WriteStream): Promise<string> {
  const { password } = await import("@inquirer/prompts");
  return password({ message: `${name} (hidden):`, mask: false, toggleMask: false }, { output });
}

/** Asks before something is lost. Errors: usage, when nobody can be asked or the answer is no. */
export async function confirmLoss(terminal: Terminal, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!terminal.stdin.isTTY) throw usageError(`${question} Nobody can be asked here: add --yes to confirm.`);
  const { confirm } = await import("@inquirer/prompts");
  const sure = await confirm({ message: question, default: false }, { output: terminal.stderr });
  if (!sure) throw usageError("Not confirmed; nothing was changed.");
}
