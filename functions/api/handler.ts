import type { HandlerInput, OperationName, Output } from "../../contract/operations.ts";
import type { Context } from "../../core/context.ts";
import type { Caller } from "./caller.ts";
import type { Reply } from "./edge.ts";

/** What does an operation's work: it takes the caller's workspace and calls one function of the domain. */
export type Handlers<N extends OperationName = OperationName> = {
  [name in N]: (ctx: Context, caller: Caller, input: HandlerInput<name>) => Promise<Output<name> | Reply>;
};
