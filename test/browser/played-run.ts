import type { CompleteInput, ModelCall } from "../../contract/work-order.ts";
import { playRunner } from "../support/runner.ts";
import type { Stack } from "../support/stack.ts";

/** Starts a run of a task, plays its runner to the end, and gives the run's id. */
export async function playRun(
  stack: Stack,
  taskId: string,
  calls: ModelCall[] = [],
  input: Partial<CompleteInput> = {},
): Promise<string> {
  const { id } = await stack.client.runTask({ params: { taskId } });
  const runner = await playRunner(stack, id);
  await runner.complete({ calls, result: "Done.", ...input });
  return id;
}
