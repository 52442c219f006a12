import type { Command } from "commander";
import type { Run } from "../../contract/run.ts";
import { action, type Context, type Shell } from "../context.ts";
import { findTask } from "../find.ts";
import { follow, forPeople, runForPrograms } from "../follow.ts";

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
  errand run nightly --follow --json | jq -r .result`;

export function addRun(program: Command, shell: Shell): void {
  addStartFlags(program.command("run").description("run a task now").argument("<task>", "its name or id"))
    .addHelpText("after", examples)
    .action(action<[string], StartFlags>(shell, runTask));
}

export function addStartFlags(command: Command): Command {
  return command
    .option("--follow", "show the log as it comes, then the result")
    .option("--idempotency-key <key>", "the same key starts one run, however often it is sent");
}

async function runTask(context: Context, flags: StartFlags, reference: string) {
  const task = await findTask(context.client, reference);
  const run = await context.client.runTask({
    params: { taskId: task.id },
    idempotencyKey: flags.idempotencyKey,
  });
  return started(context, run, flags);
}

/** Tells that a run has been started, and with --follow how it goes on. */
export async function started(context: Context, run: Run, flags: StartFlags) {
  if (flags.follow) {
    context.note(`Run ${run.id} of task "${run.taskName}".`);
    return follow(context, run.id, context.json ? runForPrograms(context) : forPeople(context, false));
  }
  context.answer(run, () => `Started run ${run.id} of task "${run.taskName}".\nSee it: errand logs ${run.id} -f`);
  return undefined;
}
