import { costHandlers } from "./cost.ts";
import { credentialHandlers } from "./credential.ts";
import type { Handlers } from "./handler.ts";
import { keyHandlers } from "./key.ts";
import { metaHandlers } from "./meta.ts";
import { overviewHandlers } from "./overview.ts";
import { parameterStoreHandlers } from "./parameter-store.ts";
import { runHandlers } from "./run.ts";
import { scheduleHandlers } from "./schedule.ts";
import { sessionHandlers } from "./session.ts";
import { taskHandlers } from "./task.ts";
import { workHandlers } from "./work.ts";
import { workspaceHandlers } from "./workspace.ts";

/** Every operation of the contract; one without a handler does not compile. */
export const handlers: Handlers = {
  ...taskHandlers,
  ...scheduleHandlers,
  ...runHandlers,
  ...workHandlers,
  ...credentialHandlers,
  ...parameterStoreHandlers,
  ...keyHandlers,
  ...sessionHandlers,
  ...costHandlers,
  ...overviewHandlers,
  ...workspaceHandlers,
  ...metaHandlers,
};
