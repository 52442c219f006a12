import { createHash } from "node:crypto";
import {
  DynamoDBClient,
  TransactGetItemsCommand,
  type TransactGetItemsCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb";
import { ECSClient, RunTaskCommand, type RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { newId } from "../../core/id.ts";
import { type Stack, slotOf } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import { interleaved, median, milliseconds, type Row, timed, times } from "../support/row.ts";
import { recordRequests } from "../support/wire.ts";

const warmUp = 40;
const turns = 150;
const most = 1.3;

/** A slot given to the dispatcher's handler, against the very same SDK calls with the very same inputs made bare. */
export default async function dispatch(): Promise<Row[]> {
  const deployment = await startBench();
  const { client, workspaceId } = deployment;
  await client.putCredential({ params: { agentType: "claude" }, body: { kind: "anthropicapikey", value: "sk-ant-x" } });
  const prompt = "Read yesterday's errors, correct the most frequent one and open a pull request. ".repeat(12);
  const task = await client.createTask({
    body: { name: "dispatch", prompt, schedule: { type: "cron", preset: "hourly" }, overlap: "allow" },
  });
  const { handler } = await import("../../functions/dispatcher.ts");
  const deliver = (n: number) => handler({ workspaceId, taskId: task.id, slot: slotOf(n) });
  await deliver(0);
  const bare = bareCalls(deployment, await recordRequests(() => deliver(1)));
  for (let n = 0; n < warmUp; n++) {
    await deliver(2 + n);
    await bare();
  }
  const result = await interleaved(
    turns,
    (turn) => timed(() => deliver(100 + turn)),
    () => timed(bare),
  );
  await deployment.close();
  const [measured, floor] = [median(result.measured), median(result.floor)];
  return [
    {
      what: "dispatcher, slot to RunTask sent",
      measured: milliseconds(measured),
      floor: `${milliseconds(floor)}: the same SDK calls`,
      value: times(measured / floor),
      target: `≤ ${most} ×`,
      ok: measured / floor <= most,
      notes: [`${turns} of each by turns in one warm process; median.`],
    },
  ];
}

/** Makes the calls again that were recorded, each time for a run of its own. */
function bareCalls(deployment: Stack, bodies: Map<string, string>): () => Promise<void> {
  const dynamodb = new DynamoDBClient();
  const ecs = new ECSClient();
  const read = JSON.parse(bodies.get("TransactGetItems") ?? "") as TransactGetItemsCommandInput;
  const write = bodies.get("TransactWriteItems") ?? "";
  const start = bodies.get("RunTask") ?? "";
  const runId = /run_[0-9A-Z]{26}/.exec(write)?.[0] ?? "";
  return async () => {
    const fresh = newId(deployment.ctx, "run");
    const claim = JSON.parse(write.replaceAll(runId, fresh)) as TransactWriteItemsCommandInput;
    const launch = JSON.parse(start.replaceAll(runId, fresh)) as RunTaskCommandInput;
    await dynamodb.send(new TransactGetItemsCommand(read));
    await dynamodb.send(new TransactWriteItemsCommand({ ...claim, ClientRequestToken: undefined }));
    const clientToken = createHash("sha256").update(fresh).digest("hex");
    await ecs.send(new RunTaskCommand({ ...launch, clientToken }));
  };
}
