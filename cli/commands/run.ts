import type { Command } from "commander";
import type { Run } from "../../contract/run.ts";
import { action, type Context, type Shell } from "../context.ts";
import { toldBy } from "../exit.ts";
import { fileText } from "../file.ts";
import { findTask } from "../find.ts";
import { follow, forPeople, runForPrograms } from "../follow.ts";
import { fullTime } from "../format.ts";
import type { Terminal } from "../terminal.ts";

type RunFlags = StartFlags & { input?: string; notBefore?: string };

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
  git log -5 | errand run review --input - --not-before 2027-01-31T09:00:00+01:00`;

export function addRun(program: Command, shell: Shell): void {
  const run = program.command("run").description("run a task now, or at an instant");
  addStartFlags(run.argument("<task>", "its name or id"))
    .option("--input <text>", "text for this run alone, beyond the task's prompt; @FILE reads a file, - stdin")
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
  const input = flags.input === undefined ? undefined : await inputText(flags.input, terminal);
  const task = await findTask(client, reference);
  const run = await client
    .runTask({
      params: { taskId: task.id },
      body: { input, notBefore: flags.notBefore },
      idempotencyKey: flags.idempotencyKey,
    })
    .catch(toldBy(context, (field) => flagNames[field] ?? field));
  return started(context, run, flags);
}

const flagNames: Record<string, string> = { input: "--input", notBefore: "--not-before" };

function inputText(given: string, terminal: Terminal): string | Promise<string> {
  if (given === "-") return fileText("-", terminal, "the input");
  return given.startsWith("@") ? fileText(given.slice(1), terminal, "the input") : given;
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
