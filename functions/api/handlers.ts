import { accessHandlers } from "./access.ts";
import type { Handlers } from "./handler.ts";
import { overviewHandlers } from "./overview.ts";
import { parameterStoreHandlers } from "./parameter-stores.ts";
import { runHandlers } from "./runs.ts";
import { taskHandlers } from "./tasks.ts";
import { workHandlers } from "./work.ts";

/** Every operation of the contract; one without a handler does not compile. */
export const handlers: Handlers = {
  ...taskHandlers,
  ...runHandlers,
  ...workHandlers,
  ...accessHandlers,
  ...parameterStoreHandlers,
  ...overviewHandlers,
};
