import { digestOf } from "../../core/digest.ts";
import { derivedId } from "../../core/id.ts";
import { slotRunId } from "../../core/run/slot.ts";
import { cancelled, type Strike, startProxy } from "./proxy.ts";
import type { Stack } from "./stack.ts";

/** Parts of all transactions that meet this, each time they are tried. */
const chances = { conflict: 0.05, partThrottled: 0.01, throttled: 0.02 } as const;

/** A table that answers a part of all transactions with a collision or a throttle. */
export interface MoodyTable {
  before: (tableUrl: string) => Promise<string>;
  /** Transactions that were to make a run of this task, those that were struck not counted. */
  writes: (taskId: string) => number;
  struck: () => number;
  close: () => Promise<void>;
}

/**
 * What is struck is drawn from the seed, the task that a call is about, and how often there was such a call: who comes
 * first changes nothing.
 */
export function moodyTable(seed: number): MoodyTable {
  let close = async () => {};
  let struck = 0;
  const seen = new Map<string, number>();
  const writes = new Map<string, number>();
  const next = (counts: Map<string, number>, key: string) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
  };
  const strikeAt = (_number: number, operation: string, body: string): Strike | undefined => {
    const [taskId] = /task_[0-9A-Z]{26}/.exec(body) ?? [];
    if (!operation.startsWith("Transact") || taskId === undefined) return undefined;
    const key = `${operation} ${taskId}`;
    const strike = drawn(JSON.stringify([seed, key, next(seen, key)]));
    if (strike) struck += 1;
    else if (operation === "TransactWriteItems" && body.includes('"Put"')) next(writes, taskId);
    return strike;
  };
  return {
    async before(tableUrl) {
      const proxy = await startProxy(tableUrl, strikeAt);
      close = proxy.close;
      return proxy.url;
    },
    writes: (taskId) => writes.get(taskId) ?? 0,
    struck: () => struck,
    close: () => close(),
  };
}

function drawn(from: string): Strike | undefined {
  const number = digestOf(from).readUInt32BE(0) / 2 ** 32;
  const { conflict, partThrottled, throttled } = chances;
  if (number < conflict) return cancelled("None", "TransactionConflict", "None");
  if (number < conflict + partThrottled) return cancelled("None", "ThrottlingError", "None");
  if (number < conflict + partThrottled + throttled) {
    const body = { __type: "com.amazon.coral.availability#ThrottlingException", message: "Rate exceeded" };
    return { kind: "answer", status: 400, body };
  }
  return undefined;
}

/** So many tasks with the same schedule, written straight to the table, and what Scheduler delivers of each for this slot. */
export async function tasksWithSlot({ ctx, workspaceId }: Stack, slot: string, count: number) {
  const { task, taskState, taskCount } = ctx.table.entities;
  const createdAt = ctx.now().toISOString();
  // The same ids each time, so that the same calls are struck.
  const taskIds = Array.from({ length: count }, (_, n) => derivedId("task", new Date(0), ["burst", String(n)]));
  for (let done = 0; done < count; done += 500) {
    const some = taskIds.slice(done, done + 500);
    const rows = some.map((taskId) => ({
      workspaceId,
      taskId,
      name: taskId.slice(5),
      prompt: "Say hello.",
      agentType: "claude-runner" as const,
      model: "claude-sonnet-4-5",
      schedule: { type: "cron", expression: "0 * * * *", timezone: "UTC", preset: "hourly" } as const,
      maxTurns: 25,
      timeoutMinutes: 60,
      overlap: "skip" as const,
      enabled: true,
      scheduleVersion: 1,
      scheduleSince: createdAt,
      createdAt,
      updatedAt: createdAt,
    }));
    await task.put(rows).go({ concurrent: 4 });
    await taskState.put(some.map((taskId) => ({ workspaceId, taskId }))).go({ concurrent: 4 });
  }
  await taskCount.upsert({ workspaceId }).add({ total: taskIds.length, enabled: taskIds.length }).go();
  return taskIds.map((taskId) => ({ runId: slotRunId(taskId, slot), event: { workspaceId, taskId, slot } }));
}

/**
 * Hands all of these to the dispatcher, some at a time, and now and then what comes of them to the function follow-up. As Lambda does, what fails comes again, twice.
 */
export async function deliverAll(stack: Stack, events: object[], atATime = 25): Promise<void> {
  const left = events.values();
  const deliver = async (event: object, triesLeft = 2): Promise<void> => {
    try {
      await stack.invoke("dispatcher", event);
    } catch (error) {
      if (triesLeft === 0) throw error;
      await deliver(event, triesLeft - 1);
    }
  };
  let delivered = 0;
  const work = async () => {
    for (const event of left) {
      await deliver(event);
      delivered += 1;
      if (delivered % 100 === 0) await stack.drainStream();
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
}
