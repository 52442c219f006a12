import type { Command } from "commander";
import { action, type Context, type Shell } from "../context.ts";
import { findRun } from "../find.ts";
import { addStartFlags, type StartFlags, started } from "./run.ts";

export function addRetry(program: Command, shell: Shell): void {
  const retry = program.command("retry").description("run again what failed, timed out or was cancelled");
  addStartFlags(retry.argument("<run>", "a run's id, or a task's name for its latest run")).action(
    action<[string], StartFlags>(shell, retryRun),
  );
}

async function retryRun(context: Context, flags: StartFlags, reference: string) {
  const runId = await findRun(context.client, reference);
  const run = await context.client.retryRun({ params: { runId }, idempotencyKey: flags.idempotencyKey });
  return started(context, run, flags);
}
