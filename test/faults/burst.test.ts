import { afterAll, beforeAll, expect, it } from "vitest";
import { deliverAll, type MoodyTable, moodyTable, tasksWithSlot } from "../support/burst.ts";
import { checkInvariants, containersOf } from "../support/invariants.ts";
import { storeCredential } from "../support/life.ts";
import { type Stack, slotOf, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

/** Ten thousand are measured by the bench row `burst`. */
const count = 500;
const cap = 50;

let stack: Stack;
let table: MoodyTable;
const givenUp: unknown[] = [];
beforeAll(async () => {
  table = moodyTable(6);
  stack = await startStack({
    byItself: "nothing",
    runningCap: cap,
    beforeTable: table.before,
    onFault: (fault) => givenUp.push(fault),
  });
  await storeCredential(stack);
});
afterAll(async () => {
  await stack.close();
  await table.close();
});

it("five hundred slots at once: none is lost, none is doubled, and as many run as may", async () => {
  const slot = slotOf(1);
  const slots = await tasksWithSlot(stack, slot, count);
  // Scheduler delivers at least once.
  const twice = slots.filter((_, index) => index % 10 === 0).map(({ event }) => event);
  const events = [...slots.map(({ event }) => event), ...twice];
  await deliverAll(stack, events);
  // A record that met too many strikes is handed over again a second later.
  await until(async () => {
    await stack.drainStream();
    const { data } = await stack.ctx.table.entities.workspace.get({ workspaceId: stack.workspaceId }).go();
    return data?.running === cap;
  });

  const { data: runs } = await stack.ctx.table.entities.run.scan.go({ pages: "all", consistent: true });
  expect(runs.map(({ runId }) => runId).sort()).toEqual(slots.map(({ runId }) => runId).sort());
  expect(runs.every(({ attempt, trigger }) => attempt === 1 && trigger === "CRON")).toBe(true);
  const waiting = runs.filter(({ status }) => status === "PENDING");
  expect(waiting).toHaveLength(count - cap);
  expect(runs.filter(({ status }) => status === "CLAIMED")).toHaveLength(cap);
  expect(await containersOf(stack)).toHaveLength(cap);
  await checkInvariants(stack);

  const deliveredTwice = new Set(twice.map(({ taskId }) => taskId));
  const once = waiting.filter(({ taskId }) => !deliveredTwice.has(taskId));
  expect(Math.max(...once.map(({ taskId }) => table.writes(taskId)))).toBeLessThanOrEqual(3);
  expect(table.struck()).toBeGreaterThan(count / 20);
  expect(givenUp).toEqual([]);
}, 180_000);
