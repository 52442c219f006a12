import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { type Client, createClient } from "../../contract/client.ts";
import { startedBy } from "../../core/aws/fargate.ts";
import { ticketOf } from "../../core/workspace/deployment-key.ts";
import { names } from "../../local/deployment.ts";
import type { Deployment } from "./deployment.ts";

/** Redeems a run's ticket as its container does, and answers a client with the claim token. */
export async function playRunner({ ctx, url }: Deployment, runId: string): Promise<Client> {
  const { taskArns = [] } = await new ECSClient().send(
    new ListTasksCommand({ cluster: names.cluster, startedBy: startedBy(runId, 1) }),
  );
  const [taskArn] = taskArns;
  if (taskArn === undefined) throw new Error("The run has no container.");
  const withToken = (token: string) =>
    createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) });
  const order = await withToken(await ticketOf(ctx, runId, 1)).claimRun({ params: { runId }, body: { taskArn } });
  return withToken(order.claimToken);
}
