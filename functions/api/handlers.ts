import type { HandlerInput, OperationName, Output } from "../../contract/operations.ts";
import type { Context } from "../../core/context.ts";
import { accessHandlers } from "./access.ts";
import type { Caller } from "./caller.ts";
import type { Reply } from "./edge.ts";
import { overviewHandlers } from "./overview.ts";
import { parameterStoreHandlers } from "./parameter-stores.ts";
import { runHandlers } from "./runs.ts";
import { taskHandlers } from "./tasks.ts";
import { workHandlers } from "./work.ts";

/** What does an operation's work: it takes the caller's workspace and calls one function of the domain. */
export type Handlers<N extends OperationName = OperationName> = {
  [name in N]: (ctx: Context, caller: Caller, input: HandlerInput<name>) => Promise<Output<name> | Reply>;
};

/** Every operation of the contract; one without a handler does not compile. */
export const handlers: Handlers = {
  ...taskHandlers,
  ...runHandlers,
  ...workHandlers,
  ...accessHandlers,
  ...parameterStoreHandlers,
  ...overviewHandlers,
};
