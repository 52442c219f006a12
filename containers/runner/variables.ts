import { variableName } from "../../contract/parameter-store.ts";

/**
 * What of the parameter store reaches the agent. Names that could break out of its environment are refused when a
 * store is written; they are dropped here once more, whoever may have let them in.
 */
export function agentVariables(environment: Record<string, string>): Record<string, string> {
  const entries = Object.entries(environment).filter(([name]) => variableName.safeParse(name).success);
  return Object.fromEntries(entries);
}
