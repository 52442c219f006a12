import { indexParts } from "../../core/aws/table/index.ts";
import { newId } from "../../core/id.ts";
import { plus } from "../../core/time.ts";
import { ensureWorkspace } from "../../core/workspace/workspace.ts";
import type { Stack } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import { startRecorder } from "../support/recorder.ts";
import { type Row, times } from "../support/row.ts";

const waiting = { few: 10, many: 10_000 };
const workspaces = 5;
const most = 1.5;

/** AWS calls of a sweep when few runs wait in full workspaces, and when many do. */
export default async function sweep(): Promise<Row[]> {
  const recorder = await startRecorder();
  const deployment = await startBench({ beforeTable: recorder.before });
  const { ctx, aws } = deployment;
  const names = Array.from({ length: workspaces }, (_, n) => `full ${n}`);
  const full = await Promise.all(names.map((name) => ensureWorkspace(ctx, name)));
  for (const workspaceId of full) await ctx.table.entities.workspace.patch({ workspaceId }).set({ cap: 0 }).go();
  const callsOfSweep = async () => {
    recorder.clear();
    aws.calls.clear();
    await deployment.invoke("sweeper", {});
    return [...recorder.operations(), ...aws.calls.list().map(({ operation }) => operation)];
  };
  await wait(deployment, full, waiting.few);
  // The first one of a deployment, and of an hour, has more to do.
  await callsOfSweep();
  const few = await callsOfSweep();
  await wait(deployment, full, waiting.many - waiting.few);
  const many = await callsOfSweep();
  await deployment.close();
  await recorder.close();
  const ratio = many.length / few.length;
  return [
    {
      what: `sweep, ${waiting.few} → ${waiting.many.toLocaleString("en")} runs that wait in full workspaces`,
      measured: `${many.length} AWS calls`,
      floor: `${few.length}: a sweep with ${waiting.few}`,
      value: times(ratio),
      target: `≤ ${most} ×`,
      ok: ratio <= most,
      notes: [`In ${workspaces} workspaces. With the many: ${counted(many)}.`],
    },
  ];
}

/** So many runs that wait, spread over the workspaces, written straight to the table. */
async function wait({ ctx }: Stack, full: string[], count: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const rows = Array.from({ length: Math.min(500, count - done) }, (_, n) => {
      const workspaceId = full[n % full.length] ?? "";
      const [taskId, createdAt] = [newId(ctx, "task"), ctx.now().toISOString()];
      const key = { runId: newId(ctx, "run"), workspaceId, taskId, createdAt };
      return {
        ...key,
        ...indexParts(key),
        taskName: "waits",
        agentType: "claude-runner",
        model: "claude-sonnet-4-5",
        status: "PENDING",
        trigger: "CRON",
        sweep: "waiting",
        startBy: plus(ctx.now(), 6 * 3600),
        timeoutMinutes: 60,
      } as const;
    });
    await ctx.table.entities.run.put(rows).go({ concurrent: 4 });
  }
}

function counted(calls: string[]): string {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return [...counts].map(([call, count]) => `${count} × ${call}`).join(", ");
}
