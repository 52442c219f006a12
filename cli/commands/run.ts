import type { Command } from "commander";
import type { Run } from "../../contract/run.ts";
import { action, type Context, type Shell } from "../context.ts";
import { toldBy, usageError } from "../exit.ts";
import { fileText } from "../file.ts";
import { findTask } from "../find.ts";
import { follow, forPeople, runForPrograms } from "../follow.ts";
import { fullTime } from "../format.ts";
import { wholeNumber } from "../number.ts";
import type { Terminal } from "../terminal.ts";

type RunFlags = StartFlags & Otherwise & { input?: string; notBefore?: string };

/** What a run is asked otherwise than its task says. */
interface Otherwise {
  prompt?: string;
  model?: string;
  maxTurns?: number;
  timeoutMinutes?: number;
}

/** The flags of what starts a run. */
export interface StartFlags {
  follow?: true;
  idempotencyKey?: string;
}

const examples = `
With --follow the exit code tells how the run ended: 0 completed, 1 did not. With --follow --json the log goes to
stderr and stdout carries the ended run.

Examples:
  errand run nightly --follow
  errand run nightly --follow --json | jq -r .result
  errand run triage --input "Only the issues of today."
  errand run triage --prompt @other.md --model claude-opus-4-5
  git log -5 | errand run review --input - --not-before 2027-01-31T09:00:00+01:00`;

export function addRun(program: Command, shell: Shell): void {
  const run = program.command("run").description("run a task now, or at an instant");
  addStartFlags(run.argument("<task>", "its name or id"))
    .option("--input <text>", "text for this run alone, beyond the task's prompt; @FILE reads a file, - stdin")
    .option("--prompt <text>", "instead of the task's prompt; @FILE reads a file, - stdin")
    .option("--model <name>", "instead of the task's model")
    .option("--max-turns <n>", "instead of the task's", wholeNumber)
    .option("--timeout-minutes <n>", "instead of the task's", wholeNumber)
    .option("--not-before <instant>", "wait until then, such as 2027-01-31T09:00:00+01:00")
    .addHelpText("after", examples)
    .action(action<[string], RunFlags>(shell, runTask));
}

export function addStartFlags(command: Command): Command {
  return command
    .option("--follow", "show the log as it comes, then the result")
    .option("--idempotency-key <key>", "the same key starts one run, however often it is sent");
}

async function runTask(context: Context, flags: RunFlags, reference: string) {
  const { client, terminal } = context;
  if (flags.input === "-" && flags.prompt === "-") throw usageError("Only one of --input and --prompt can be stdin.");
  const text = (given: string | undefined, what: string) =>
    given === undefined ? undefined : textOf(given, terminal, what);
  const input = await text(flags.input, "the input");
  const prompt = await text(flags.prompt, "the prompt");
  const { model, maxTurns, timeoutMinutes, notBefore } = flags;
  const task = await findTask(client, reference);
  const run = await client
    .runTask({
      params: { taskId: task.id },
      body: { input, prompt, model, maxTurns, timeoutMinutes, notBefore },
      idempotencyKey: flags.idempotencyKey,
    })
    .catch(toldBy(context, (field) => flagNames[field] ?? field));
  return started(context, run, flags);
}

const flagNames: Record<string, string> = {
  input: "--input",
  notBefore: "--not-before",
  prompt: "--prompt",
  model: "--model",
  maxTurns: "--max-turns",
  timeoutMinutes: "--timeout-minutes",
};

function textOf(given: string, terminal: Terminal, what: string): string | Promise<string> {
  if (given === "-") return fileText("-", terminal, what);
  return given.startsWith("@") ? fileText(given.slice(1), terminal, what) : given;
}

/** Tells that a run has been started, and with --follow how it goes on. */
export async function started(context: Context, run: Run, flags: StartFlags) {
  if (flags.follow) {
    context.note(`Run ${run.id} of task "${run.taskName}".`);
    return follow(context, run.id, context.json ? runForPrograms(context) : forPeople(context, false));
  }
  context.answer(run, () => `${startedWords(context, run)}\nSee it: errand logs ${run.id} -f`);
  return undefined;
}

function startedWords({ terminal }: Context, run: Run): string {
  if (run.status !== "PENDING" || run.notBefore === null) return `Started run ${run.id} of task "${run.taskName}".`;
  return `Run ${run.id} of task "${run.taskName}" is scheduled for ${fullTime(run.notBefore, terminal.now())}.`;
}
