import { slotRunId } from "../../core/run/slot.ts";
import { modelCall } from "../../test/support/model-call.ts";
import { playRunner } from "../../test/support/runner.ts";
import { type Stack, slotOf } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import { type Recorder, startRecorder, type TableCall } from "../support/recorder.ts";
import { type Row, times } from "../support/row.ts";

const small = { promptBytes: 1_000, resultBytes: 1_000 };
const large = { promptBytes: 32_000, resultBytes: 50_000 };
const beats = 3;
const most = 1.5;

/** Write units of a run that was asked and answers much, against one that was asked and answers little. */
export default async function writeUnits(): Promise<Row[]> {
  const recorder = await startRecorder();
  const deployment = await startBench({ beforeTable: recorder.before });
  const body = { kind: "anthropicapikey", value: "sk-ant-x" } as const;
  await deployment.client.putCredential({ params: { agentType: "claude" }, body });
  await oneRun(deployment, recorder, small, 1);
  const floor = await oneRun(deployment, recorder, small, 2);
  const measured = await oneRun(deployment, recorder, large, 3);
  await deployment.close();
  await recorder.close();
  const ratio = measured.others / floor.others;
  return [
    {
      what: "write units of a run, 1 kB each → 32 kB prompt and 50 kB result",
      measured: `${measured.others}`,
      floor: `${floor.others}: with 1 kB each`,
      value: times(ratio),
      target: `≤ ${most} ×`,
      ok: ratio <= most,
      notes: [
        `From the slot to its end, with ${beats} heartbeats and the e-mail. The rows of prompt and result apart: ${measured.texts} units, ${floor.texts} with 1 kB each.`,
      ],
    },
  ];
}

async function oneRun(
  deployment: Stack,
  recorder: Recorder,
  { promptBytes, resultBytes }: typeof small,
  n: number,
): Promise<{ others: number; texts: number }> {
  const { id: taskId } = await deployment.createTask({
    prompt: "x".repeat(promptBytes),
    schedule: { type: "cron", preset: "hourly" },
    notificationEmail: "somebody@example.com",
  });
  recorder.clear();
  const slot = slotOf(n);
  await deployment.invoke("dispatcher", { workspaceId: deployment.workspaceId, taskId, slot });
  const runner = await playRunner(deployment, slotRunId(taskId, slot));
  for (let seq = 1; seq <= beats; seq++) await runner.progress([modelCall(seq)], "Running the tests again.");
  await runner.complete({ result: "x".repeat(resultBytes) });
  await deployment.drainStream();
  const writes = recorder.calls().filter(({ kind }) => kind === "write");
  const all = writes.reduce((sum, { units }) => sum + units, 0);
  const texts = writes.reduce((sum, call) => sum + unitsOfTexts(call), 0);
  return { others: all - texts, texts };
}

type Item = Record<string, { S?: string; N?: string } | undefined>;

const entity = "__edb_e__";

/** What the rows of the prompt and of the result are of a transaction: two units for each kilobyte that is begun. */
function unitsOfTexts({ operation, input }: TableCall): number {
  if (operation !== "TransactWriteItems") return 0;
  const puts = (input.TransactItems as { Put?: { Item: Item } }[]).flatMap(({ Put }) => (Put ? [Put.Item] : []));
  const texts = puts.filter((item) => /^run(Input|Result)$/.test(item[entity]?.S ?? ""));
  return texts.reduce((sum, item) => sum + 2 * Math.ceil(bytesOf(item) / 1024), 0);
}

function bytesOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value?.S ?? value?.N ?? ""),
    0,
  );
}
