import { operations } from "../contract/operations.ts";
import { operationsServed } from "./api/edge.ts";
import { handlers } from "./api/handlers.ts";
import { taskFaults } from "./api/task.ts";
import { contextOfProcess } from "./environment.ts";

// A container of the version before asks for its work by this name.
const former = {
  operations: { formerRedeemRun: { ...operations.redeemRun, path: "/api/runs/{runId}/claim" } },
  handlers: { formerRedeemRun: handlers.redeemRun },
};

/**
 * The API behind API Gateway: the contract's operations, each with its handler. Runners have an API of their own; theirs
 * are served here too for containers whose image, or whoever started them, is of the version before and knows no other.
 */
export const handler = operationsServed(
  contextOfProcess(),
  "api",
  { ...operations, ...former.operations },
  { ...handlers, ...former.handlers },
  taskFaults,
);
