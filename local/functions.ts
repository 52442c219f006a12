import type { Context } from "aws-lambda";
import { accountId, type FunctionName, functionName, functionTimeouts, region } from "./deployment.ts";
import { createLambdaHost, type DeadLetter, type LambdaFunction, type LambdaHost } from "./lambda-host.ts";

type Handler = (event: never, context: Context) => unknown;

/** The functions read their environment when they are imported, so they are imported when they are first invoked. */
const load: Record<FunctionName, () => Promise<{ handler: unknown }>> = {
  api: () => import("../functions/api.ts"),
  "runner-api": () => import("../functions/runner-api.ts"),
  dispatcher: () => import("../functions/dispatcher.ts"),
  sweeper: () => import("../functions/sweeper.ts"),
  "follow-up": () => import("../functions/follow-up.ts"),
  "runner-stopped": () => import("../functions/runner-stopped.ts"),
};

/** Errand's functions. An invocation waits for `ready`: before it, there is no deployment to work on. */
export function hostFunctions(options: {
  ready: Promise<void>;
  onError: (functionName: string, error: unknown) => void;
  onDeadLetter: (letter: DeadLetter) => void;
}): LambdaHost {
  const functions: Record<string, LambdaFunction> = {};
  for (const [name, timeoutMs] of Object.entries(functionTimeouts) as [FunctionName, number][]) {
    functions[functionName(name)] = {
      timeoutMs,
      // The next minute's sweep is the retry.
      retries: name === "sweeper" ? 0 : 2,
      handler: async (event, context) => {
        await options.ready;
        const { handler } = await load[name]();
        return await (handler as Handler)(event, context);
      },
    };
  }
  return createLambdaHost({ region, accountId, functions, ...options });
}
