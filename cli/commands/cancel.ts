import type { Command } from "commander";
import { isTerminal, type Run, statusLabels } from "../../contract/run.ts";
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
  context.answer(await context.client.cancelRun({ params: { runId } }), (run) => cancelWords(run));
  return undefined;
}

/** A run can end by itself while it is being cancelled. */
function cancelWords({ id, taskName, status }: Run): string {
  if (status === "CANCELLED") return `Cancelled run ${id} of task "${taskName}".`;
  const fate = isTerminal(status) ? `had ended already: ${statusLabels[status]}` : "is being stopped";
  return `Run ${id} of task "${taskName}" ${fate}.`;
}
