import { accessHandlers } from "./access.ts";
import type { Handlers } from "./handler.ts";
import { runHandlers } from "./runs.ts";
import { taskHandlers } from "./tasks.ts";
import { workHandlers } from "./work.ts";

/** Every operation of the contract; one without a handler does not compile. */
export const handlers: Handlers = { ...taskHandlers, ...runHandlers, ...workHandlers, ...accessHandlers };
