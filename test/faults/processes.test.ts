import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../../core/sweep.ts";
import { names } from "../../local/deployment.ts";
import { containersOf } from "../support/invariants.ts";
import { expectEnded, rowOf, storeCredential } from "../support/life.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const program = fileURLToPath(new URL("../support/moody-runner.ts", import.meta.url));
const moody = { command: [process.execPath, program], env: { PATH: "/usr/bin:/bin" } };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ images: { [names.image("claude")]: moody } });
  await storeCredential(stack);
});
afterAll(() => stack.close());

const get = (runId: string) => stack.client.getRun({ params: { runId } });
async function startRun(prompt: string): Promise<string> {
  const task = await stack.createTask({ prompt, notificationEmail: "ann@example.com" });
  return (await stack.client.runTask({ params: { taskId: task.id } })).id;
}
const pidOf = (runId: string) =>
  until(async () => Number(/^pid (\d+)$/.exec((await get(runId)).progressText ?? "")?.[1] ?? 0) || undefined);

/** Without a sweep: the stopped event alone brings the next attempt. */
async function expectSecondAttempt(runId: string): Promise<void> {
  await until(async () => (await get(runId)).status === "DONE");
  expect(await get(runId)).toMatchObject({ attempt: 2, result: "attempt 2" });
  await expectEnded(stack, runId);
}

describe("a container as a process of its own", () => {
  it("that exits is replaced", async () => {
    await expectSecondAttempt(await startRun("exit"));
  });

  it("that is killed with SIGKILL is replaced", async () => {
    const runId = await startRun("wait");
    process.kill(await pidOf(runId), "SIGKILL");
    await expectSecondAttempt(runId);
  });

  it("that is frozen loses its run to the next attempt, and can change nothing when it wakes", async () => {
    const runId = await startRun("wait");
    const pid = await pidOf(runId);
    process.kill(pid, "SIGSTOP");
    await sweep(stack.later(190));
    await until(async () => (await get(runId)).status === "DONE");
    const ended = await rowOf(stack, runId);
    process.kill(pid, "SIGCONT");
    await until(async () => (await containersOf(stack, `${runId}/1`))[0]?.status === "STOPPED");
    expect(await rowOf(stack, runId)).toMatchObject({ status: "DONE", attempt: 2, endedAt: ended?.endedAt });
    await expectEnded(stack, runId);
  });
});

describe("CloudWatch Logs away", () => {
  it("is told as an error, and nothing is lost when it is back", async () => {
    const runId = await startRun("work");
    await until(async () => (await get(runId)).status === "DONE");
    const read = () => stack.client.getRunLogs({ params: { runId }, query: { from: "head", limit: 100 } });
    await until(async () => (await read()).lines.length === 40);
    stack.aws.faults.add({ service: "logs", operation: "GetLogEvents", kind: "error500", times: 3 });
    await expect(read()).rejects.toSatisfy((error: { status: number }) => error.status >= 500);
    const { lines, lost } = await read();
    expect(lines.map((line) => line.n)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(lost).toBe(0);
  });

  it("leaves the lines of an attempt that was killed to be read before those of the next", async () => {
    const runId = await startRun("exit");
    await until(async () => (await get(runId)).status === "DONE");
    const lines: string[] = [];
    await until(async () => {
      lines.length = 0;
      let cursor: string | undefined;
      for (;;) {
        const page = await stack.client.getRunLogs({ params: { runId }, query: { from: "head", limit: 30, cursor } });
        lines.push(...page.lines.map((line) => ("text" in line ? line.text : line.kind)));
        if (page.complete || page.nextCursor === null) return lines.length === 80;
        cursor = page.nextCursor;
      }
    });
    expect(lines[0]).toBe("line 1 of attempt 1");
    expect(lines[79]).toBe("line 40 of attempt 2");
  });
});
