import { Command } from "commander";
import { checkArguments } from "./arguments.ts";
import { addCancel } from "./commands/cancel.ts";
import { addCredential } from "./commands/credential.ts";
import { addKey } from "./commands/key.ts";
import { addLogs } from "./commands/logs.ts";
import { addParameterStore } from "./commands/parameter-store.ts";
import { addRetry } from "./commands/retry.ts";
import { addRun } from "./commands/run.ts";
import { addRuns } from "./commands/runs.ts";
import { addTask } from "./commands/task.ts";
import type { Shell } from "./context.ts";

const help = `
Examples:
  errand credential set claude-runner
  errand task create triage --prompt "Label the new issues" --preset weekdays-9am
  errand run triage --follow
  errand runs triage --status failed --json

The server is the one on this machine, found by its data directory. For another one give --url or ERRAND_URL, and an
API key in ERRAND_API_KEY. ERRAND_DATA is the same as --data. NO_COLOR switches colours off.

Exit codes:
  0    done; with --follow: the run completed
  1    the run that was followed failed, timed out or was cancelled
  2    wrong usage, invalid input, or not confirmed
  3    not signed in, or not allowed
  4    not found
  5    in conflict with what is there: name taken, or not possible in the run's state
  6    the server was not found, does not answer or has no room
  70   an error in Errand itself
  130  interrupted with Ctrl-C; a run that was followed goes on`;

/** The whole command. Failures are thrown: CommanderError for those of the command line. */
export function buildProgram(shell: Shell, version: string, argv: readonly string[]): Command {
  const { stdout, stderr } = shell.terminal;
  const program = new Command("errand")
    .description("Scheduled AI agent tasks: create them, run them, read what they did.")
    .version(version)
    .option("--url <url>", "address of the server")
    .option("--data <directory>", "data directory of a server on this machine")
    .option("--json", "print the API's answer; failures as {error} on stderr")
    .addHelpText("after", help)
    .helpOption("-h, --help", "show help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // Failures are told in one place, after they were thrown.
      outputError: () => undefined,
    })
    .allowExcessArguments(true)
    .hook("preAction", (_, command) => checkArguments(command, argv))
    .exitOverride();
  const nouns = [addCredential, addParameterStore, addKey];
  for (const add of [addTask, addRun, addRuns, addLogs, addCancel, addRetry, ...nouns]) add(program, shell);
  return program;
}
