import type { ModelCall } from "../../contract/work-order.ts";
import { derivedId } from "../../core/id.ts";
import { playRunner } from "../../test/support/runner.ts";
import { slotOf } from "../../test/support/stack.ts";
import { prices } from "../prices.ts";
import { type Meter, priceOfUse, startMeter } from "../support/meter.ts";
import { dollars, priceRow, type Row } from "../support/row.ts";

const most = 0.05;
const rounds = 10;
/** A run of two minutes. */
const typical = { heartbeats: 2, modelCalls: 12, logBytes: 40_000, promptBytes: 1_000, resultBytes: 1_000 };

/** What 1,000 typical runs cost besides their containers and their models: counted use × the price list. */
export default async function runPrice(): Promise<Row[]> {
  const meter = await startMeter();
  const { client } = meter.deployment;
  await client.putCredential({ params: { agentType: "claude" }, body: { kind: "anthropicapikey", value: "sk-ant-x" } });
  const task = await client.createTask({
    body: {
      name: "nightly",
      prompt: "x".repeat(typical.promptBytes),
      sourceUrl: "https://github.com/example/project",
      gitToken: "ghp_of-the-bench-0123456789",
      notificationEmail: "somebody@example.com",
      schedule: { type: "cron", preset: "hourly" },
    },
  });
  for (let n = 0; n < 3; n++) await oneRun(meter, task.id, n);
  meter.reset();
  for (let n = 3; n < 3 + rounds; n++) await oneRun(meter, task.id, n);
  const used = meter.used();
  await meter.close();

  const per1000 = 1000 / rounds;
  const use = priceOfUse(used);
  const parts: [string, number][] = [
    [
      `DynamoDB ${(used.writeUnits / rounds).toFixed(1)} write and ${(used.readUnits / rounds).toFixed(1)} read units`,
      use.dynamodb,
    ],
    [
      `CloudWatch Logs ${Math.round(typical.logBytes / 1000)} kB of the run and ${(used.functionLogBytes / rounds / 1000).toFixed(1)} kB of the functions`,
      use.functionLogs + ((typical.logBytes * rounds) / 1e9) * prices.cloudwatch.logGigabyte,
    ],
    [
      `Lambda ${Object.values(used.invocations).reduce((sum, count) => sum + count, 0) / rounds} calls, ${(used.gigabyteSeconds / rounds).toFixed(2)} GB-s`,
      use.lambda,
    ],
    [`Secrets Manager ${used.secretCalls / rounds} calls`, use.secretsManager],
    ["Scheduler 1 invocation", rounds * prices.scheduler.invocation],
  ];
  const sum = parts.reduce((total, [, cost]) => total + cost, 0) * per1000;
  const mails = used.mails * prices.ses.mail * per1000;
  return [
    priceRow("platform cost of 1,000 runs", sum, most, [
      parts.map(([what, cost]) => `${what} ${dollars(cost * per1000)}`).join("; "),
      `A run of two minutes: ${typical.heartbeats} heartbeats, ${typical.modelCalls} model calls, ${typical.logBytes / 1000} kB of log. Prices of ${prices.seen}, no free tier counted. E-mail comes on top: ${dollars(mails)}.`,
    ]),
  ];
}

/** From the slot to the stopped container. Its runner's requests cost what they invoke: a function URL is free. */
async function oneRun({ deployment }: Meter, taskId: string, n: number): Promise<void> {
  const slot = slotOf(n);
  await deployment.invoke("dispatcher", { workspaceId: deployment.workspaceId, taskId, slot });
  const runId = derivedId("run", new Date(slot), [taskId, slot]);
  const runner = await playRunner(deployment, runId);
  let seq = 0;
  for (let beat = 0; beat < typical.heartbeats; beat++) {
    const until = Math.round((typical.modelCalls * (beat + 1)) / typical.heartbeats);
    const calls: ModelCall[] = [];
    while (seq < until) calls.push(modelCall(++seq));
    await runner.progress(calls, "Running the tests again.");
  }
  const result = "x".repeat(typical.resultBytes);
  await runner.complete({ result, turns: typical.modelCalls, lastLine: 80 });
  await deployment.drainStream();
  const detail = {
    lastStatus: "STOPPED",
    startedBy: `${runId}/1`,
    stoppedReason: "Essential container in task exited",
  };
  await deployment.invoke("runner-stopped", { detail });
}

function modelCall(seq: number): ModelCall {
  return {
    seq,
    at: "2026-11-01T00:00:00.000Z",
    provider: "anthropic",
    model: "claude-sonnet-4-5-20250929",
    inputTokens: 1500,
    outputTokens: 400,
    cacheReadTokens: 30_000,
    cacheWriteTokens: 2_000,
    cacheWrite1hTokens: 0,
    webSearches: 0,
    usageKnown: true,
    durationMs: 9_000,
    status: 200,
  };
}
