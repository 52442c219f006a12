import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDoomed } from "../support/doomed.ts";
import { containersOf } from "../support/invariants.ts";
import { expectEnded, freshSlot, slotRunId, storeCredential } from "../support/life.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
});
afterAll(() => stack.close());

const hourly = { type: "cron", preset: "hourly" } as const;
const anEvent = async () => {
  const task = await stack.createTask({ schedule: hourly, notificationEmail: "ann@example.com" });
  const slot = freshSlot();
  const event = { workspaceId: stack.workspaceId, taskId: task.id, slot: slot.toISOString() };
  return { event, runId: slotRunId(task.id, slot) };
};

describe("a dispatcher that is killed", () => {
  it("makes four AWS calls when it is not", async () => {
    const { event, runId } = await anEvent();
    const dispatcher = await startDoomed(stack, "dispatcher");
    await dispatcher.invoke(event);
    expect(dispatcher.calls().map((call) => call.split(".").at(-1))).toEqual([
      "TransactGetItems",
      "TransactWriteItems",
      "GetSecretValue",
      "RunTask",
    ]);
    await dispatcher.end();
    await expectEnded(stack, runId);
  });

  const deaths = [1, 2, 3, 4].flatMap((at) => [
    { at, when: "before" as const },
    { at, when: "after" as const },
  ]);
  it.each(deaths)("$when its call $at leaves a run that ends once, when the slot comes again", async (death) => {
    const { event, runId } = await anEvent();
    const dispatcher = await startDoomed(stack, "dispatcher", death);
    await expect(dispatcher.invoke(event)).rejects.toThrow("killed");
    await dispatcher.end();
    await stack.invoke("dispatcher", event);
    await expectEnded(stack, runId);
    await stack.invoke("dispatcher", event);
    expect((await stack.client.getRun({ params: { runId } })).status).toBe("DONE");
    expect((await containersOf(stack, runId)).length).toBe(1);
  });

  it.each([2, 3, 4])("after its call %i leaves a run that ends once, when only the sweep comes", async (at) => {
    const { event, runId } = await anEvent();
    const dispatcher = await startDoomed(stack, "dispatcher", { at, when: "after" });
    await expect(dispatcher.invoke(event)).rejects.toThrow("killed");
    await dispatcher.end();
    await expectEnded(stack, runId);
  });
});
