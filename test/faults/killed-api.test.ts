import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../core/key/key.ts";
import { atEveryCall, withDoomedApi } from "../support/doomed.ts";
import { expectEnded, mailsIf, storeCredential } from "../support/life.ts";
import { playRunner } from "../support/runner.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let token: string;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
  const key = { name: "fault", role: "admin", autonomy: 3, expiresInDays: null } as const;
  token = (await createKey(stack.ctx, stack.workspaceId, key)).secret;
});
afterAll(() => stack.close());

const notificationEmail = "ann@example.com";

describe("an API that is killed after any of its AWS calls", () => {
  it("while it starts a run leaves one run, also when the client asks again with its key", async () => {
    const calls = await atEveryCall(async (death) => {
      const task = await stack.createTask({ notificationEmail });
      const ask = { params: { taskId: task.id }, idempotencyKey: "one" };
      const scene = await withDoomedApi(stack, token, death, (client) => client.runTask(ask));
      const { id } = await stack.client.runTask(ask);
      await expectEnded(stack, id);
      expect((await stack.client.listTaskRuns({ params: { taskId: task.id } })).items).toHaveLength(1);
      return scene;
    });
    expect(calls).toContain("RunTask");
  }, 180_000);

  it("while it cancels a run leaves it cancelled when asked again, or confirmed by the runner or the sweep", async () => {
    for (const started of [false, true]) {
      await atEveryCall(async (death) => {
        const task = await stack.createTask({ notificationEmail });
        const { id: runId } = await stack.client.runTask({ params: { taskId: task.id } });
        if (started) await playRunner(stack, runId);
        const scene = await withDoomedApi(stack, token, death, (client) => client.cancelRun({ params: { runId } }));
        await stack.client.cancelRun({ params: { runId } }).catch((error) => expect(error.status).toBe(409));
        await expectEnded(stack, runId, { statuses: ["CANCELLED"], mails: mailsIf(scene.calls) });
        return scene;
      });
    }
  }, 180_000);
});
