import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskLimits } from "../../contract/task-limits.ts";
import { readCredential } from "../../core/credential/credential.ts";
import { createKey } from "../../core/key/key.ts";
import { sweep } from "../../core/sweep.ts";
import { atEveryCall, type Death, withDoomedApi } from "../support/doomed.ts";
import { expectEnded, mailsIf, storeCredential } from "../support/life.ts";
import { scheduleNamed } from "../support/schedule.ts";
import { canary, type Stack, startStack } from "../support/stack.ts";

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
const hourly = { type: "cron", preset: "hourly" } as const;
const restorable = taskLimits.restorableMinutes * 60;
let names = 0;
const freshName = () => `killed ${++names}`;

/** The expression EventBridge Scheduler has for a task, undefined for none. */
const scheduleOf = async (taskId: string) => (await scheduleNamed(stack, taskId))?.ScheduleExpression;

describe("an API that is killed after any of its AWS calls", () => {
  it("while it makes a task leaves none, or one whose schedule the sweep completes", async () => {
    const calls = await atEveryCall(async (death) => {
      const name = freshName();
      const body = { name, prompt: "Say hello.", schedule: hourly, gitToken: canary };
      const scene = await withDoomedApi(stack, token, death, (client) => client.createTask({ body }));
      await sweep(stack.ctx);
      const [task] = (await stack.client.listTasks({ query: { name } })).items;
      if (task) {
        expect(await scheduleOf(task.id)).toMatch(/^cron/);
        await expect(stack.client.createTask({ body })).rejects.toMatchObject({ code: "name_taken" });
      } else await stack.client.createTask({ body });
      return scene;
    });
    expect(calls).toContain("TransactWriteItems");
  }, 180_000);

  it("while it changes a task leaves it whole, old or new, and its schedule with it", async () => {
    await atEveryCall(async (death) => {
      const task = await stack.createTask({ schedule: hourly });
      const [params, name] = [{ taskId: task.id }, freshName()];
      const body = { name, schedule: { type: "cron", preset: "daily-9am" } } as const;
      const scene = await withDoomedApi(stack, token, death, (client) => client.updateTask({ params, body }));
      await sweep(stack.ctx);
      const now = await stack.client.getTask({ params });
      expect([
        [task.name, "cron(0 * * * ? *)"],
        [name, "cron(0 9 * * ? *)"],
      ]).toContainEqual([now.name, await scheduleOf(task.id)]);
      const other = now.name === name ? task.name : name;
      await stack.createTask({ name: other });
      return scene;
    });
  }, 180_000);

  it("while it enables a task that failures disabled leaves it as it was, or enabled with its count anew", async () => {
    const key = (taskId: string) => ({ workspaceId: stack.workspaceId, taskId });
    const { taskState } = stack.ctx.table.entities;
    await atEveryCall(async (death) => {
      const { id } = await stack.createTask({ schedule: hourly, enabled: false });
      await taskState.patch(key(id)).set({ failures: 5 }).go();
      const params = { taskId: id };
      const body = { enabled: true };
      const scene = await withDoomedApi(stack, token, death, (client) => client.updateTask({ params, body }));
      const { enabled, consecutiveFailures } = await stack.client.getTask({ params });
      expect([
        [false, 5],
        [true, 0],
      ]).toContainEqual([enabled, consecutiveFailures]);
      return scene;
    });
  }, 180_000);

  it("while it deletes a task leaves it there, or gone with its schedule, its run and its name", async () => {
    await atEveryCall(async (death) => {
      const task = await stack.createTask({ schedule: hourly, notificationEmail });
      const params = { taskId: task.id };
      const { id: runId } = await stack.client.runTask({ params });
      const scene = await withDoomedApi(stack, token, death, (client) => client.deleteTask({ params }));
      await stack.client.deleteTask({ params }).catch((error) => expect(error.status).toBe(404));
      for (const minute of [0, 1]) await sweep(stack.later(minute * 60));
      expect(await scheduleOf(task.id)).toBeUndefined();
      await stack.createTask({ name: task.name });
      await sweep(stack.later(restorable + 60));
      const { data } = await stack.ctx.table.entities.task.get({ workspaceId: stack.workspaceId, ...params }).go();
      expect(data).toBeNull();
      await expectEnded(stack, runId, { statuses: ["CANCELLED"], mails: mailsIf(scene.calls) });
      return scene;
    });
  }, 180_000);

  it("while it restores a task leaves it deleted, or there as it was with its schedule", async () => {
    const calls = await atEveryCall(async (death) => {
      const task = await stack.createTask({ schedule: hourly });
      const params = { taskId: task.id };
      await stack.client.deleteTask({ params });
      const scene = await withDoomedApi(stack, token, death, (client) => client.restoreTask({ params }));
      await sweep(stack.ctx);
      const there = (await stack.client.listTasks({ query: { name: task.name } })).items.length > 0;
      expect((await scheduleOf(task.id)) !== undefined).toBe(there);
      expect(await stack.client.restoreTask({ params })).toMatchObject({ name: task.name, enabled: true });
      expect(await scheduleOf(task.id)).toMatch(/^cron/);
      await sweep(stack.later(restorable + 60));
      expect(await stack.client.getTask({ params })).toMatchObject({ id: task.id });
      return scene;
    });
    expect(calls).toContain("TransactWriteItems");
  }, 180_000);

  it("while it stores or removes a credential leaves one that works, or none", async () => {
    const client = await stack.clientAs("admin");
    const params = { agentType: "codex" };
    const body = { kind: "openaikey", value: "sk-proj-canary0123456789" } as const;
    const both = async () => {
      const { items } = await client.listCredentials();
      const listed = items.some((item) => item.agentType === "codex-runner");
      return [listed, (await readCredential(stack.ctx, stack.workspaceId, "codex-runner")) !== undefined];
    };
    const put = (death: Death) =>
      withDoomedApi(stack, token, death, (doomed) => doomed.putCredential({ params, body }));
    await atEveryCall(async (death) => {
      await client.deleteCredential({ params }).catch(() => {});
      const scene = await put(death);
      const [listed, stored] = await both();
      if (listed) expect(stored).toBe(true);
      await client.putCredential({ params, body });
      expect(await both()).toEqual([true, true]);
      return scene;
    });
    await atEveryCall(async (death) => {
      await client.putCredential({ params, body });
      const scene = await withDoomedApi(stack, token, death, (doomed) => doomed.deleteCredential({ params }));
      const [listed, stored] = await both();
      if (listed) expect(stored).toBe(true);
      await client.deleteCredential({ params }).catch((error) => expect(error.status).toBe(404));
      expect(await both()).toEqual([false, false]);
      return scene;
    });
  }, 180_000);
});
