import { type Client, createClient } from "../../contract/client.ts";
import type { CompleteInput, ModelCall, WorkOrder } from "../../contract/work-order.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { modelCall } from "./model-call.ts";
import type { Stack } from "./stack.ts";

function clientWith(stack: Stack, token: string): Client {
  return createClient({ baseUrl: stack.url, headers: () => ({ authorization: `Bearer ${token}` }) });
}

/**
 * A runner played by the test: the same three calls over HTTP, without an agent. What it completes with a result has had
 * a model call, unless the test says which ones it had.
 */
export interface PlayedRunner {
  order: WorkOrder;
  progress: (calls?: ModelCall[], progressText?: string) => ReturnType<Client["progressRun"]>;
  complete: (input?: Partial<CompleteInput>) => ReturnType<Client["completeRun"]>;
}

export async function redeemAs(stack: Stack, runId: string, ticket: string, taskArn?: string): Promise<PlayedRunner> {
  const order = await clientWith(stack, ticket).redeemRun({
    params: { runId },
    body: taskArn === undefined ? {} : { taskArn },
  });
  const client = clientWith(stack, order.claimToken);
  let called = false;
  return {
    order,
    progress: (calls = [], progressText) => {
      called ||= calls.length > 0;
      return client.progressRun({
        params: { runId },
        body: { calls, ...(progressText !== undefined && { progressText }) },
      });
    },
    complete: (input = {}) => {
      const evidence = called || (input.outcome ?? "DONE") !== "DONE" ? {} : { calls: [modelCall(1)] };
      return client.completeRun({ params: { runId }, body: { outcome: "DONE", ...evidence, ...input } });
    },
  };
}

/** Redeems the ticket that the container of this attempt was given. */
export async function playRunner(stack: Stack, runId: string, attempt = 1, taskArn?: string): Promise<PlayedRunner> {
  return redeemAs(stack, runId, await ticketOf(stack.ctx, runId, attempt), taskArn);
}

export { modelCall };
