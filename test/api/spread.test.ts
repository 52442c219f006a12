import { afterAll, beforeAll, expect, it } from "vitest";
import { dispatchSlot } from "../../core/run/dispatch.ts";
import { rowOf, slotRunId, storeCredential } from "../support/life.ts";
import { type Stack, slotOf, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
  await storeCredential(stack);
});
afterAll(() => stack.close());

it.each([
  [0, "is missed"],
  [600, "is not missed, and runs when it comes"],
])("with a spread of %i minutes an hourly slot of nine hours ago that has not come %s", async (spreadMinutes) => {
  const schedule = { type: "cron", preset: "hourly" } as const;
  const { id: taskId } = await stack.createTask({ schedule, overlap: "allow", spreadMinutes });
  const [first, later] = [slotOf(0), slotOf(8)];
  const ctx = { ...stack.ctx, now: () => new Date(Date.parse(first) + 9 * 3_600_000) };
  const deliver = (slot: string) => dispatchSlot(ctx, { workspaceId: stack.workspaceId, taskId, slot });
  await deliver(later);
  await deliver(first);
  expect(await rowOf(stack, slotRunId(taskId, new Date(later)))).toMatchObject({ status: "CLAIMED" });
  const run = await rowOf(stack, slotRunId(taskId, new Date(first)));
  expect(run).toMatchObject(spreadMinutes > 0 ? { status: "CLAIMED" } : { errorCode: "SLOT_MISSED" });
});
