import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** Milliseconds from one signal to the next, stronger one. An interrupted CLI still tells what it used. */
const PATIENCE = { interruptMs: 5000, terminateMs: 3000 };
/** Milliseconds that output may still come after the process has ended. */
const DRAIN_MS = 2000;

export interface Job {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  user?: { uid: number; gid: number } | undefined;
  stdin?: string;
  onLine(line: string): void;
  onStderr(text: string): void;
  /** Ends the job: gently, or at once where the reason is `at-once`. */
  stop: AbortSignal;
  /** A directory that only this run's processes have in their environment. */
  mark: string;
  patience?: typeof PATIENCE;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export const AT_ONCE = "at-once";

/**
 * Runs a program in a process group of its own and leaves nothing of it behind: when it has ended, whatever it started
 * is killed, in its group or not. Rejects when it cannot be started.
 */
export function supervise(job: Job): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const [command, ...args] = asUser(job.user, [job.command, ...job.args]);
    const child = spawn(command, args, {
      cwd: job.cwd,
      env: job.env,
      detached: true,
      stdio: [job.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const group = child.pid;
    const signal = (name: NodeJS.Signals) => group !== undefined && kill(-group, name);
    const { interruptMs, terminateMs } = job.patience ?? PATIENCE;
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      if (job.stop.reason === AT_ONCE) return signal("SIGKILL");
      signal("SIGINT");
      timer = setTimeout(() => {
        signal("SIGTERM");
        timer = setTimeout(() => signal("SIGKILL"), terminateMs);
      }, interruptMs);
    };
    const settle = () => {
      clearTimeout(timer);
      job.stop.removeEventListener("abort", stop);
    };

    const feed = lineSplitter(job.onLine);
    const errors = new StringDecoder("utf8");
    child.stdout?.on("data", feed.write);
    child.stderr?.on("data", (bytes: Buffer) => job.onStderr(errors.write(bytes)));
    child.stdin?.on("error", () => {}); // It ended without reading its input; its exit code tells more.
    child.stdin?.end(job.stdin);
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("exit", (code, name) => {
      settle();
      signal("SIGKILL");
      killRest(job);
      const done = () => {
        clearTimeout(drain);
        feed.end();
        resolve({ code, signal: name });
      };
      const drain = setTimeout(done, DRAIN_MS);
      child.once("close", done);
    });
    if (job.stop.aborted) stop();
    else job.stop.addEventListener("abort", stop, { once: true });
  });
}

function lineSplitter(onLine: (line: string) => void) {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let ended = false;
  return {
    write(bytes: Buffer) {
      if (ended) return;
      const lines = (rest + decoder.write(bytes)).split("\n");
      rest = lines.pop() as string;
      for (const line of lines) onLine(line);
    },
    end() {
      if (ended) return;
      ended = true;
      if (rest !== "") onLine(rest);
    },
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

/** The command under another user, who has no capabilities, no further groups, and no way to get more. */
export function asUser(user: Job["user"], command: [string, ...string[]]): [string, ...string[]] {
  if (!user) return command;
  const { uid, gid } = user;
  const less = ["--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, ...less, "--", ...command];
}

/**
 * Agents start programs in sessions of their own. In a container all that the agent's user runs is the agent's; on a
 * laptop the environment that they inherited gives them away.
 */
function killRest({ user, mark }: Job): void {
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").map(Number)) {
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (user ? ownedBy(pid, user.uid) : hasMark(pid, mark)) kill(pid, "SIGKILL");
  }
}

function ownedBy(pid: number, uid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === uid;
  } catch {
    return false;
  }
}

function hasMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(mark);
  } catch {
    return false;
  }
}
