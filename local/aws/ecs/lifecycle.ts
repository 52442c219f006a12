import type { LogStore } from "../logs/store.ts";
import { signal } from "../process.ts";
import type { AwsContext } from "../store.ts";
import type { Containers } from "./containers.ts";
import type { TaskDefinitions } from "./task-definitions.ts";
import type { ContainerRecord, TaskRecord } from "./task-record.ts";
import type { TaskStore } from "./tasks.ts";

/**
 * Moves tasks along: PROVISIONING → PENDING → RUNNING → DEACTIVATING → STOPPED. Each step is stored before the next
 * begins; `advance` looks at the processes and does what is due, so a restart goes on where the last server ended.
 */
export class Lifecycle {
  private readonly context: AwsContext;
  private readonly tasks: TaskStore;
  private readonly definitions: TaskDefinitions;
  private readonly containers: Containers;
  private readonly logs: LogStore;
  /** The variables that ECS adds to a container's own. */
  private readonly given: (taskId: string) => Record<string, string>;

  constructor(
    context: AwsContext,
    parts: { tasks: TaskStore; definitions: TaskDefinitions; containers: Containers; logs: LogStore },
    given: (taskId: string) => Record<string, string>,
  ) {
    this.context = context;
    this.tasks = parts.tasks;
    this.definitions = parts.definitions;
    this.containers = parts.containers;
    this.logs = parts.logs;
    this.given = given;
  }

  /**
   * Settles the tasks whose start the last server did not finish. One whose container is found running is adopted; one
   * that has none is stopped, never started a second time.
   */
  recover(): void {
    for (const task of this.tasks.unfinished()) {
      if (task.lastStatus !== "PENDING") continue;
      const [first] = task.containers;
      const started = this.containers.findStarted(task.id);
      if (started && first && task.containers.length === 1) {
        first.process = started;
        first.lastStatus = "RUNNING";
        this.running(task);
      } else {
        this.fail(task, "ResourceInitializationError: the start of the task was interrupted");
      }
    }
  }

  advance(): void {
    for (const task of this.tasks.unfinished()) {
      if (task.lastStatus === "PROVISIONING") this.start(task);
      else if (task.lastStatus !== "PENDING") this.watch(task);
    }
    this.tasks.forgetStopped();
  }

  /** Asks a task to stop. What has not begun yet stops at once; the rest gets SIGTERM, and SIGKILL after stopTimeout. */
  stop(task: TaskRecord, stopCode: TaskRecord["stopCode"], reason: string): void {
    if (task.desiredStatus === "STOPPED") return;
    const notStarted = task.lastStatus === "PROVISIONING";
    this.deactivate(task, stopCode, reason);
    if (notStarted) this.finish(task);
    else {
      this.tasks.save(task);
      this.watch(task);
    }
  }

  /** Ends every container at once, without waiting for its stopTimeout. */
  kill(): void {
    for (const task of this.tasks.unfinished()) {
      for (const container of task.containers) {
        this.containers.kill(container);
        container.killed = true;
      }
      this.tasks.save(task);
    }
  }

  private start(task: TaskRecord): void {
    task.lastStatus = "PENDING";
    this.tasks.save(task);
    const definition = this.definitions.find(task.taskDefinitionArn);
    try {
      for (const container of task.containers) {
        if (!definition) throw new Error("CannotStartContainerError: the task definition is gone");
        container.process = this.containers.start(task, container, definition, this.given(task.id));
        container.lastStatus = "RUNNING";
      }
      this.running(task);
    } catch (error) {
      this.fail(task, error instanceof Error ? error.message : String(error));
    }
  }

  private running(task: TaskRecord): void {
    task.lastStatus = "RUNNING";
    task.startedAt = this.context.now();
    this.tasks.save(task);
  }

  private fail(task: TaskRecord, reason: string): void {
    this.deactivate(task, "TaskFailedToStart", reason);
    for (const container of task.containers) this.containers.kill(container);
    this.finish(task);
  }

  private watch(task: TaskRecord): void {
    let changed = false;
    for (const container of task.containers) {
      if (container.lastStatus !== "RUNNING" || !container.process) continue;
      if (container.log) this.logs.takeUp(container.log.group, container.log.stream);
      const ended = this.containers.ended(container.process);
      if (ended) {
        changed = true;
        this.containerEnded(task, container, ended.exitCode);
      }
    }
    if (task.desiredStatus === "STOPPED") changed = this.signalContainers(task) || changed;
    if (task.containers.every((container) => container.lastStatus === "STOPPED")) this.finish(task);
    else if (changed) this.tasks.save(task);
  }

  private containerEnded(task: TaskRecord, container: ContainerRecord, exitCode: number | undefined): void {
    container.lastStatus = "STOPPED";
    if (exitCode !== undefined) container.exitCode = exitCode;
    else if (container.killed) container.exitCode = 137;
    if (container.essential) this.deactivate(task, "EssentialContainerExited", "Essential container in task exited");
  }

  /** SIGTERM goes to the container's first process, as a container runtime sends it; SIGKILL to the whole group. */
  private signalContainers(task: TaskRecord): boolean {
    const now = this.context.now();
    let changed = false;
    for (const container of task.containers) {
      if (container.lastStatus !== "RUNNING" || !container.process) continue;
      if (container.stopSentAt === undefined) {
        container.stopSentAt = now;
        signal(container.process.pid, "SIGTERM");
        changed = true;
      } else if (!container.killed && now >= container.stopSentAt + container.stopTimeoutMs) {
        container.killed = true;
        this.containers.kill(container);
        changed = true;
      }
    }
    return changed;
  }

  /** What was asked to stop gets its time to stop from now on. */
  clockSetBack(): void {
    const now = this.context.now();
    for (const task of this.tasks.unfinished()) {
      const late = task.containers.filter(({ stopSentAt }) => stopSentAt !== undefined && stopSentAt > now);
      for (const container of late) container.stopSentAt = now;
      if (late.length > 0) this.tasks.save(task);
    }
  }

  private deactivate(task: TaskRecord, stopCode: TaskRecord["stopCode"], reason: string): void {
    if (task.desiredStatus === "STOPPED") return;
    task.desiredStatus = "STOPPED";
    task.lastStatus = "DEACTIVATING";
    task.stoppingAt = this.context.now();
    if (stopCode) task.stopCode = stopCode;
    task.stoppedReason = reason;
  }

  private finish(task: TaskRecord): void {
    this.containers.endTask(task);
    task.lastStatus = "STOPPED";
    task.stoppedAt = this.context.now();
    for (const container of task.containers) container.lastStatus = "STOPPED";
    this.tasks.save(task);
  }
}
