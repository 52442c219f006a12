import { type RunnerApi, signedApi } from "../../containers/runner/api.ts";
import { type Client, createClient } from "../../contract/client.ts";
import type { CompleteInput, ModelCall, WorkOrder } from "../../contract/work-order.ts";
import { streamsWith } from "../../core/run/log-streams.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { region } from "../../local/deployment.ts";
import type { FunctionUrl } from "../../local/function-url.ts";
import { modelCall } from "./model-call.ts";
import type { Stack } from "./stack.ts";

/** The runner API as a container has it: its requests are signed. */
export function runnerApiAt({ url, keys }: Pick<FunctionUrl, "url" | "keys">): RunnerApi {
  return signedApi(url, { region, clock: Date.now, credentials: { get: async () => keys, forget: () => {} } });
}

export function runnerClient(place: Pick<FunctionUrl, "url" | "keys">, token: string): Client {
  const api = runnerApiAt(place);
  return createClient({ baseUrl: api.url, headers: () => api.headers(token), fetch: api.fetch });
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
  const order = await runnerClient(stack.runnerApi, ticket).redeemRun({
    params: { runId },
    body: taskArn === undefined ? {} : { taskArn },
  });
  const client = runnerClient(stack.runnerApi, order.claimToken);
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

/** From now on the run's present attempt has a made-up container of this id. Answers the log stream that belongs to it. */
export async function inContainer(stack: Stack, runId: string, container: string): Promise<string> {
  const { run } = stack.ctx.table.entities;
  const { data } = await run.get({ runId }).go({ consistent: true });
  if (!data) throw new Error(`There is no run ${runId}.`);
  const taskArn = `${stack.ctx.config.cluster.replace("cluster", "task")}/${container}`;
  const logStreams = streamsWith(data, taskArn);
  await run.patch({ runId }).set({ taskArn, logStreams }).go();
  return logStreams.at(-1)?.stream ?? "";
}

export { modelCall };
