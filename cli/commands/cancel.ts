import type { Command } from "commander";
import { isTerminal } from "../../contract/run.ts";
import { action, type Context, type Shell } from "../context.ts";
import { findLiveRun } from "../find.ts";

export function addCancel(program: Command, shell: Shell): void {
  program
    .command("cancel")
    .description("cancel a run that has not ended")
    .argument("<run>", "a run's id, or a task's name for the run that goes on")
    .action(action<[string]>(shell, cancelRun));
}

async function cancelRun(context: Context, _: object, reference: string) {
  const runId = await findLiveRun(context.client, reference);
  context.answer(await context.client.cancelRun({ params: { runId } }), (run) =>
    isTerminal(run.status)
      ? `Cancelled run ${run.id} of task "${run.taskName}".`
      : `Run ${run.id} of task "${run.taskName}" is being stopped.`,
  );
  return undefined;
}
