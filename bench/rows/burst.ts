import { deliverAll, moodyTable, tasksWithSlot } from "../../test/support/burst.ts";
import { containersOf } from "../../test/support/invariants.ts";
import { slotOf } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import type { Row } from "../support/row.ts";

const count = 10_000;
const cap = 50;
const most = 3;

/** Ten thousand slots at once on one workspace, with a table that refuses a part of all transactions. */
export default async function burst(): Promise<Row[]> {
  const table = moodyTable(6);
  const deployment = await startBench({ beforeTable: table.before, runningCap: cap });
  const { client, ctx } = deployment;
  await client.putCredential({ params: { agentType: "claude" }, body: { kind: "anthropicapikey", value: "sk-ant-x" } });
  const slots = await tasksWithSlot(deployment, slotOf(1), count);
  await deliverAll(
    deployment,
    slots.map(({ event }) => event),
  );
  await deployment.drainStream();
  const { data: runs } = await ctx.table.entities.run.scan.go({ pages: "all", consistent: true });
  const containers = await containersOf(deployment);
  await deployment.close();
  await table.close();

  const there = new Set(runs.map(({ runId }) => runId));
  const lost = slots.filter(({ runId }) => !there.has(runId)).length;
  const doubled = runs.length - there.size + runs.length - (slots.length - lost);
  const claimed = runs.filter(({ status }) => status === "CLAIMED").length;
  const waiting = runs.filter(({ status }) => status === "PENDING");
  const writes = waiting.map(({ taskId }) => table.writes(taskId));
  const mean = writes.reduce((sum, each) => sum + each, 0) / writes.length;
  const worst = Math.max(...writes);
  return [
    {
      what: `${count.toLocaleString("en")} slots at once, cap of ${cap}`,
      measured: `${mean.toFixed(2)} writes to become PENDING, at most ${worst}`,
      floor: "1: one put",
      value: `${lost} lost, ${doubled} doubled, ${claimed} claimed, ${containers.length} containers`,
      target: `0 lost, 0 doubled, ${cap} claimed, ≤ ${most} writes`,
      ok: lost === 0 && doubled === 0 && claimed === cap && containers.length === cap && worst <= most,
      notes: [
        `25 dispatchers at a time; ${table.struck().toLocaleString("en")} transactions were refused with a collision or a throttle, which are not counted as writes.`,
      ],
    },
  ];
}
