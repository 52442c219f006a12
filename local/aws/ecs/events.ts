import { randomUUID } from "node:crypto";
import type { AwsContext } from "../store.ts";
import type { TaskRecord } from "./task-record.ts";

/** The EventBridge event "ECS Task State Change" as a rule's target gets it. */
export interface EcsTaskStateChange {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "ECS Task State Change";
  readonly source: "aws.ecs";
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly clusterArn: string;
    readonly taskArn: string;
    readonly taskDefinitionArn: string;
    readonly lastStatus: string;
    readonly desiredStatus: string;
    readonly startedBy?: string;
    readonly stopCode?: string;
    readonly stoppedReason?: string;
    readonly containers: readonly { readonly name: string; readonly exitCode?: number }[];
  };
}

/** Hands an event on; rejects when the handler did not take it. */
export type OnEvent = (event: EcsTaskStateChange) => Promise<void>;

const LONGEST_PAUSE_MS = 60_000;

/** Events wait here, stored with the change they tell of, until their handler has taken them: at least once each. */
export class EventOutbox {
  private readonly context: AwsContext;
  private readonly onEvent: OnEvent;
  private readonly inFlight = new Map<string, Promise<void>>();

  constructor(context: AwsContext, onEvent: OnEvent) {
    this.context = context;
    this.onEvent = onEvent;
    context.store.define(
      "CREATE TABLE IF NOT EXISTS ecs_events (id TEXT PRIMARY KEY, event TEXT, attempts INTEGER, next_at INTEGER) STRICT",
    );
  }

  /** Call this inside the transaction that stores the task's change. */
  add(task: TaskRecord): void {
    const event = stateChange(this.context, task);
    const { store, now } = this.context;
    store.run("INSERT INTO ecs_events VALUES (?, ?, 0, ?)", event.id, JSON.stringify(event), now());
  }

  startDue(): void {
    const { store, now } = this.context;
    const due = store.all<{ id: string; event: string; attempts: number }>(
      "SELECT id, event, attempts FROM ecs_events WHERE next_at <= ?",
      now(),
    );
    for (const { id, event, attempts } of due) {
      if (this.inFlight.has(id)) continue;
      this.inFlight.set(
        id,
        this.deliver(id, event, attempts + 1)
          // It stays due, and is delivered again: at least once is what EventBridge promises.
          .catch((error: unknown) => this.context.onFault("what became of an event could not be kept", error))
          .finally(() => this.inFlight.delete(id)),
      );
    }
  }

  clockSetBack(): void {
    const { store, now } = this.context;
    store.run("UPDATE ecs_events SET next_at = ? WHERE next_at > ?", now(), now() + LONGEST_PAUSE_MS);
  }

  async settled(): Promise<void> {
    await Promise.all(this.inFlight.values());
  }

  private async deliver(id: string, event: string, attempt: number): Promise<void> {
    const { store, now } = this.context;
    try {
      await this.onEvent(JSON.parse(event) as EcsTaskStateChange);
      if (store.isOpen) store.run("DELETE FROM ecs_events WHERE id = ?", id);
    } catch {
      const pause = Math.min(2 ** (attempt - 1) * 1000, LONGEST_PAUSE_MS);
      if (store.isOpen)
        store.run("UPDATE ecs_events SET attempts = ?, next_at = ? WHERE id = ?", attempt, now() + pause, id);
    }
  }
}

function stateChange(context: AwsContext, task: TaskRecord): EcsTaskStateChange {
  const time = new Date(context.now()).toISOString();
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "ECS Task State Change",
    source: "aws.ecs",
    account: context.account,
    time: time.replace(/\.\d{3}Z$/, "Z"),
    region: context.region,
    resources: [task.taskArn],
    detail: {
      attachments: [],
      availabilityZone: `${context.region}a`,
      clusterArn: task.clusterArn,
      connectivity: "CONNECTED",
      containers: task.containers.map((container) => ({
        containerArn: container.containerArn,
        name: container.name,
        image: container.image,
        lastStatus: container.lastStatus,
        taskArn: task.taskArn,
        runtimeId: container.runtimeId,
        ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
        ...(container.reason !== undefined && { reason: container.reason }),
      })),
      cpu: task.cpu,
      memory: task.memory,
      createdAt: isoTime(task.createdAt),
      startedAt: isoTime(task.startedAt),
      stoppingAt: isoTime(task.stoppingAt),
      stoppedAt: isoTime(task.stoppedAt),
      executionStoppedAt: isoTime(task.stoppedAt),
      desiredStatus: task.desiredStatus,
      lastStatus: task.lastStatus,
      enableExecuteCommand: false,
      group: task.group,
      launchType: task.launchType,
      overrides: task.overrides,
      platformVersion: task.platformVersion,
      ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
      ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
      ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
      taskArn: task.taskArn,
      taskDefinitionArn: task.taskDefinitionArn,
      updatedAt: time,
      version: task.version,
    },
  };
}

function isoTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
