import { slotOf } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import { startRecorder } from "../support/recorder.ts";
import type { Row } from "../support/row.ts";

const most = 4;
const floor = 2;

/** AWS calls from a slot to its container: in a process that has just started, and in one that has worked before. */
export default async function calls(): Promise<Row[]> {
  const recorder = await startRecorder();
  const deployment = await startBench({ beforeTable: recorder.before });
  const { aws, client, workspaceId } = deployment;
  await client.putCredential({ params: { agentType: "claude" }, body: { kind: "anthropicapikey", value: "sk-ant-x" } });
  const task = await client.createTask({
    body: { name: "calls", prompt: "x", schedule: { type: "cron", preset: "hourly" }, overlap: "allow" },
  });
  const deliver = async (n: number) => {
    recorder.clear();
    aws.calls.clear();
    await deployment.invoke("dispatcher", { workspaceId, taskId: task.id, slot: slotOf(n) });
    const elsewhere = aws.calls.list().map(({ operation }) => operation);
    return [...recorder.operations(), ...elsewhere];
  };
  const cold = await deliver(1);
  const warm = await deliver(2);
  await deployment.close();
  await recorder.close();
  if (!cold.includes("RunTask") || !warm.includes("RunTask")) throw new Error("No container was started.");
  return [
    {
      what: "AWS calls, slot to container",
      measured: `${warm.length} warm, ${cold.length} cold`,
      floor: `${floor}: one claim, one RunTask`,
      value: `+${warm.length - floor} warm, +${cold.length - floor} cold`,
      target: `≤ ${most}`,
      ok: Math.max(warm.length, cold.length) <= most,
      notes: [`Warm: ${warm.join(", ")}. Cold: also ${cold.filter((name) => !warm.includes(name)).join(", ")}.`],
    },
  ];
}
