import { CommanderError } from "commander";
import { plainText } from "../contract/terminal-text.ts";
import manifest from "../package.json" with { type: "json" };
import type { Shell } from "./context.ts";
import { readEnvironment } from "./env.ts";
import { exitCodes, type Failure, failureOf } from "./exit.ts";
import { jsonText } from "./format.ts";
import { buildProgram } from "./program.ts";
import { refuseSecretsIn } from "./secret.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const argv = process.argv.slice(2);
const environment = readEnvironment();
const terminal = openTerminal(process, environment);
// A reader that has enough, such as `head`, is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));
process.exitCode = await main({ terminal, environment, exitCode: exitCodes.ok });

async function main(shell: Shell): Promise<number> {
  try {
    refuseSecretsIn(argv);
    await buildProgram(shell, manifest.version, argv).parseAsync(argv, { from: "user" });
    return shell.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    // Help that was shown because a sub-command is missing has said it all.
    if (error instanceof CommanderError && error.code === "commander.help") return exitCodes.usage;
    const failure = error instanceof CommanderError ? usageFailure(error) : failureOf(error, shell.hints);
    report(failure, terminal, argv.includes("--json"));
    return failure.exitCode;
  }
}

/** What commander found wrong. A value behind `=` may be meant to be secret, so it is not repeated. */
function usageFailure(error: CommanderError): Failure {
  const message = error.message.replace(/^error: /, "").replace(/('--[\w-]+=)[^']*/, "$1…");
  const nextStep = "Add --help to see how it is used.";
  return {
    exitCode: exitCodes.usage,
    code: "invalid_input",
    message: `${message}.`.replace(/([.)?])\.$/, "$1"),
    nextStep,
  };
}

function report(failure: Failure, { stderr, colors }: Terminal, json: boolean): void {
  const { code, message, nextStep, fields } = failure;
  if (json) {
    stderr.write(`${jsonText({ error: { code, message, ...(fields && { fields }) } }, 2)}\n`);
    return;
  }
  stderr.write(`${colors.red("error:")} ${plainText(message)}${nextStep ? ` ${nextStep}` : ""}\n`);
  const width = Math.max(0, ...Object.keys(fields ?? {}).map((name) => name.length));
  for (const [name, fault] of Object.entries(fields ?? {})) {
    stderr.write(`  ${colors.bold(name.padEnd(width))}  ${plainText(fault)}\n`);
  }
}
