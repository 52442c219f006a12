import { type Stack, type StackOptions, startStack } from "../../test/support/stack.ts";

export type BenchOptions = Pick<
  StackOptions,
  "images" | "standIns" | "byItself" | "beforeTable" | "onInvoked" | "runningCap"
>;

/** The whole of Errand where nothing disturbs a count: no sweep, nobody waits for a turn, the table is asked directly. */
export function startBench(options: BenchOptions = {}): Promise<Stack> {
  return startStack({
    byItself: "nothing",
    beforeTable: async (url) => url,
    runningCap: 1_000_000,
    onFault: (fault) => console.error(fault),
    ...options,
  });
}
