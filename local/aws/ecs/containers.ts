import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LogStore } from "../logs/store.ts";
import { findProcesses, identify, isAlive, type ProcessIdentity, signal } from "../process.ts";
import { AwsError } from "../protocol/errors.ts";
import type { StoredTaskDefinition } from "./task-definitions.ts";
import type { ContainerRecord, TaskRecord } from "./task-record.ts";

/** What stands in for a container image: the program it runs and the environment it brings, PATH among it. */
export interface ContainerImage {
  /** The entry point; the task definition's `command` is appended. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type Images = Readonly<Record<string, ContainerImage>>;

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs containers as processes. Each is the leader of a process group of its own and writes straight to its log
 * stream's file, so it does not notice when this server dies. `wake` is called when one has ended.
 */
export class Containers {
  private readonly images: Images;
  private readonly logs: LogStore;
  private readonly folder: string;
  private readonly wake: () => void;
  private readonly exits = new Map<number, number>();
  private readonly children = new Set<number>();

  constructor(images: Images, logs: LogStore, dataDir: string, wake: () => void) {
    this.images = images;
    this.wake = wake;
    this.logs = logs;
    this.folder = join(dataDir, "containers");
  }

  /** Starts a container or throws with the reason it cannot start. Its working directory is new and its own. */
  start(
    task: TaskRecord,
    container: ContainerRecord,
    definition: StoredTaskDefinition,
    given: Record<string, string>,
  ): ProcessIdentity {
    const image = this.images[container.image];
    if (!image)
      throw new Error(`CannotPullContainerError: pull image manifest has been retried: ${container.image}: not found`);
    const output = this.openLog(container);
    const folder = this.taskFolder(task.id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { command, env } = programOf(image, task, container, definition);
    try {
      const child = spawn(command[0] ?? "", command.slice(1), {
        cwd: folder,
        env: { ...env, ...given },
        detached: true,
        stdio: ["ignore", output ?? "ignore", output ?? "ignore"],
      });
      const { pid } = child;
      // Without a pid the program could not be started; the event below only repeats that.
      child.on("error", () => {});
      if (pid === undefined) throw new Error(`CannotStartContainerError: ${command[0]} could not be started`);
      this.children.add(pid);
      child.on("exit", (code, name) => {
        this.children.delete(pid);
        // The end of a container's first process is the end of its group.
        signal(pid, "SIGKILL", "group");
        this.exits.set(pid, code ?? 128 + (SIGNAL_NUMBERS[name ?? "SIGKILL"] ?? 1));
        this.wake();
      });
      child.unref();
      return identify(pid) ?? { pid, startTime: "ended" };
    } finally {
      if (output !== undefined) closeSync(output);
    }
  }

  /** Whether a container has ended, and with which code; the code of one that this server did not start is unknown. */
  ended(process: ProcessIdentity): { exitCode: number | undefined } | undefined {
    const exitCode = this.exits.get(process.pid);
    if (exitCode !== undefined) {
      this.exits.delete(process.pid);
      return { exitCode };
    }
    // A child that is dead but has not been told yet gets its exit code with the next turn.
    if (this.children.has(process.pid) || isAlive(process)) return undefined;
    return { exitCode: undefined };
  }

  /** Kills a container that is still there. A pid that another process may have by now is left alone. */
  kill(container: ContainerRecord): void {
    if (container.process && isAlive(container.process)) signal(container.process.pid, "SIGKILL", "group");
  }

  /**
   * Ends what a task's processes left behind in groups of their own, as the end of a container does, takes up its last
   * log lines and removes its working directory.
   */
  endTask(task: TaskRecord): void {
    for (const left of this.leftovers(task.id)) signal(left.pid, "SIGKILL");
    for (const { log } of task.containers) if (log) this.logs.detach(log.group, log.stream);
    rmSync(this.taskFolder(task.id), { recursive: true, force: true, maxRetries: 3 });
  }

  /** The process of a task whose start was cut off before its pid could be stored. */
  findStarted(taskId: string): ProcessIdentity | undefined {
    return this.leftovers(taskId)[0];
  }

  private leftovers(taskId: string): ProcessIdentity[] {
    return findProcesses(`/v4/${taskId}`, this.taskFolder(taskId));
  }

  private taskFolder(taskId: string): string {
    return join(this.folder, taskId);
  }

  private openLog(container: ContainerRecord): number | undefined {
    if (!container.log) return undefined;
    const { group, stream, createGroup } = container.log;
    try {
      return openSync(this.logs.attach(group, stream, createGroup), "a", 0o600);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new Error(
        `ResourceInitializationError: failed to validate logger args: create stream: ${error.name}: ${error.message}`,
      );
    }
  }
}

/** The container's program and environment: the image's, then the task definition's, then the override's. */
function programOf(
  image: ContainerImage,
  task: TaskRecord,
  container: ContainerRecord,
  definition: StoredTaskDefinition,
) {
  const defined = definition.containerDefinitions.find((each) => each.name === container.name);
  const override = task.overrides.containerOverrides?.find((each) => each.name === container.name);
  const env: Record<string, string> = { ...image.env };
  for (const { name, value } of [...(defined?.environment ?? []), ...(override?.environment ?? [])])
    if (name !== undefined) env[name] = value ?? "";
  const entry = defined?.entryPoint?.length ? defined.entryPoint : image.command;
  return { command: [...entry, ...(override?.command ?? defined?.command ?? [])], env };
}
