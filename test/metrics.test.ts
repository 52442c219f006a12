import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Metric } from "../core/metric.ts";
import { dispatchSlot } from "../core/run/dispatch.ts";
import { storeCredential } from "./support/life.ts";
import { type Stack, slotOf, startStack } from "./support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ byItself: "nothing" });
  await storeCredential(stack);
});
afterAll(() => stack.close());

/** What a step told of this metric, by the lines that CloudWatch reads it out of. */
async function told(metric: Metric, step: () => Promise<unknown>): Promise<number[]> {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    await step();
    const lines = print.mock.calls.map(([line]) => JSON.parse(String(line)));
    const measured = lines.filter(({ _aws }) => _aws?.CloudWatchMetrics[0].Metrics[0].Name === metric);
    for (const { _aws, Stage } of measured) {
      expect(_aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: "Errand", Dimensions: [["Stage"]] });
      expect(Stage).toBe(stack.ctx.config.stage);
    }
    return measured.map((line) => line[metric]);
  } finally {
    print.mockRestore();
  }
}

it("tells of a launch that ECS refuses, which is nobody's task's fault", async () => {
  const task = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
  const config = { ...stack.ctx.config, taskDefinitions: { "claude-runner": "nobody", "codex-runner": "nobody" } };
  const slot = { workspaceId: stack.workspaceId, taskId: task.id, slot: slotOf(0) };
  const step = () => dispatchSlot({ ...stack.ctx, config }, slot);
  expect(await told("LaunchesRefused", step)).toEqual([1]);
});

it("tells of a launch for which ECS has no room", async () => {
  const task = await stack.createTask({ schedule: { type: "cron", preset: "hourly" } });
  stack.aws.faults.add({ service: "ecs", operation: "RunTask", kind: "no-capacity", times: 1 });
  const slot = { workspaceId: stack.workspaceId, taskId: task.id, slot: slotOf(0) };
  expect(await told("LaunchesWithoutRoom", () => dispatchSlot(stack.ctx, slot))).toEqual([1]);
  stack.aws.faults.clear();
});

it("tells of stuck runs every minute, also that there are none", async () => {
  expect(await told("RunsStuck", () => stack.invoke("sweeper", {}))).toEqual([0]);
});
