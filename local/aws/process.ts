import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * A process that can be recognised again: a pid alone may since have been given to another process, a pid with its
 * start time cannot.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The identity of a running process, or undefined when there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** The name of the program a process runs, as far as the system tells. */
export function commandName(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    return ps(pid, "comm=");
  } catch {
    return "";
  }
}

/** Sends a signal to a process, or to its group; one that has gone is no error (some systems say EPERM of a zombie). */
export function signal(pid: number, name: NodeJS.Signals, to: "process" | "group" = "process"): void {
  try {
    process.kill(to === "group" ? -pid : pid, name);
  } catch (error) {
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/**
 * The processes that carry `text` in their environment or work below `folder`. Only Linux tells; elsewhere none are found.
 */
export function findProcesses(text: string, folder: string): ProcessIdentity[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => hasInEnvironment(pid, text) || worksIn(pid, folder))
    .map((pid) => identify(Number(pid)))
    .filter((identity) => identity !== undefined);
}

function hasInEnvironment(pid: string, text: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").includes(text);
  } catch {
    return false;
  }
}

function worksIn(pid: string, folder: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd === folder || cwd.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name is in brackets and may hold anything, so the fields are counted from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : `${bootId()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Start times are counted from boot, so the boot belongs to the identity. */
function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function psStartTime(pid: number): string | undefined {
  try {
    return ps(pid, "lstart=") || undefined;
  } catch {
    return undefined;
  }
}

function ps(pid: number, format: string): string {
  const args = ["-o", format, "-p", String(pid)];
  return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
