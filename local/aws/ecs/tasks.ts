import type * as client from "@aws-sdk/client-ecs";
import type { AwsContext } from "../store.ts";
import type { EventOutbox } from "./events.ts";
import type { TaskRecord } from "./task-record.ts";

/** ECS forgets a stopped task after an hour or so. */
const STOPPED_KEPT_MS = 3_600_000;

/** The tasks, with the event of a stop stored in the same transaction as the stop. */
export class TaskStore {
  private readonly context: AwsContext;
  private readonly outbox: EventOutbox;

  constructor(context: AwsContext, outbox: EventOutbox) {
    this.context = context;
    this.outbox = outbox;
    context.store.define(`
      CREATE TABLE IF NOT EXISTS tasks (arn TEXT PRIMARY KEY, id TEXT UNIQUE, cluster_arn TEXT, status TEXT,
        stopped_at INTEGER, record TEXT) STRICT;
      CREATE INDEX IF NOT EXISTS tasks_by_status ON tasks (status);`);
  }

  insert(task: TaskRecord): void {
    this.context.store.run(
      "INSERT INTO tasks VALUES (?, ?, ?, ?, NULL, ?)",
      task.taskArn,
      task.id,
      task.clusterArn,
      task.lastStatus,
      JSON.stringify(task),
    );
  }

  /** Stores a change of a task. One that stops it also puts the event into the outbox, once. */
  save(task: TaskRecord): void {
    const { store } = this.context;
    task.version += 1;
    store.transaction(() => {
      const changed = store.run(
        "UPDATE tasks SET status = ?, stopped_at = ?, record = ? WHERE arn = ? AND status <> 'STOPPED'",
        task.lastStatus,
        task.stoppedAt ?? null,
        JSON.stringify(task),
        task.taskArn,
      );
      if (changed === 1 && task.lastStatus === "STOPPED") this.outbox.add(task);
    });
  }

  /** By ARN or id, within a cluster. */
  find(clusterArn: string, id: string): TaskRecord | undefined {
    const row = this.context.store.one<{ record: string }>(
      "SELECT record FROM tasks WHERE (arn = ? OR id = ?) AND cluster_arn = ?",
      id,
      id,
      clusterArn,
    );
    return row && (JSON.parse(row.record) as TaskRecord);
  }

  byId(id: string): TaskRecord | undefined {
    const row = this.context.store.one<{ record: string }>("SELECT record FROM tasks WHERE id = ?", id);
    return row && (JSON.parse(row.record) as TaskRecord);
  }

  inCluster(clusterArn: string): TaskRecord[] {
    return this.records("SELECT record FROM tasks WHERE cluster_arn = ? ORDER BY arn", clusterArn);
  }

  unfinished(): TaskRecord[] {
    return this.records("SELECT record FROM tasks WHERE status <> 'STOPPED' ORDER BY rowid");
  }

  forgetStopped(): void {
    const { store, now } = this.context;
    store.run("DELETE FROM tasks WHERE status = 'STOPPED' AND stopped_at < ?", now() - STOPPED_KEPT_MS);
  }

  private records(sql: string, ...values: string[]): TaskRecord[] {
    return this.context.store
      .all<{ record: string }>(sql, ...values)
      .map((row) => JSON.parse(row.record) as TaskRecord);
  }
}

/** A task as DescribeTasks answers it. */
export function describeTask(task: TaskRecord, withTags: boolean): client.Task {
  return {
    taskArn: task.taskArn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinitionArn,
    group: task.group,
    launchType: task.launchType as client.LaunchType,
    platformVersion: task.platformVersion,
    platformFamily: "Linux",
    cpu: task.cpu,
    memory: task.memory,
    startedBy: task.startedBy,
    overrides: task.overrides as client.TaskOverride,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    connectivity: "CONNECTED",
    version: task.version,
    createdAt: date(task.createdAt),
    startedAt: date(task.startedAt),
    stoppingAt: date(task.stoppingAt),
    stoppedAt: date(task.stoppedAt),
    executionStoppedAt: date(task.stoppedAt),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    enableExecuteCommand: false,
    attachments: [],
    tags: withTags ? task.tags : [],
    containers: task.containers.map((container) => ({
      containerArn: container.containerArn,
      taskArn: task.taskArn,
      name: container.name,
      image: container.image,
      runtimeId: container.runtimeId,
      lastStatus: container.lastStatus,
      exitCode: container.exitCode,
      reason: container.reason,
      networkInterfaces: [],
    })),
  };
}

function date(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
