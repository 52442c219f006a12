import { type Client, createClient } from "../../contract/client.ts";
import type { CompleteInput, ModelCall, WorkOrder } from "../../contract/work-order.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import type { Stack } from "./stack.ts";

function clientWith(stack: Stack, token: string): Client {
  return createClient({ baseUrl: stack.url, headers: () => ({ authorization: `Bearer ${token}` }) });
}

/** A runner played by the test: the same three calls over HTTP, without an agent. */
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
  return {
    order,
    progress: (calls = [], progressText) =>
      client.progressRun({ params: { runId }, body: { calls, ...(progressText !== undefined && { progressText }) } }),
    complete: (input = {}) => client.completeRun({ params: { runId }, body: { outcome: "DONE", ...input } }),
  };
}

/** Redeems the ticket that the container of this attempt was given. */
export async function playRunner(stack: Stack, runId: string, attempt = 1, taskArn?: string): Promise<PlayedRunner> {
  return redeemAs(stack, runId, await ticketOf(stack.ctx, runId, attempt), taskArn);
}

export function modelCall(seq: number, change: Partial<ModelCall> = {}): ModelCall {
  return {
    seq,
    at: "2026-11-01T00:00:00.000Z",
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    inputTokens: 1000,
    outputTokens: 100,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    webSearches: 0,
    usageKnown: true,
    durationMs: 900,
    status: 200,
    ...change,
  };
}
