import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/**
 * Milliseconds from one signal to the next, stronger one: an interrupted CLI still tells what it used. And how long a
 * program that has said its result may say nothing more until it is ended.
 */
const PATIENCE = { interruptMs: 5000, terminateMs: 3000, lingerMs: 30_000 };
/** Milliseconds that output may still come after the process has ended. */
const DRAIN_MS = 2000;

export interface Job {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  user?: { uid: number; gid: number } | undefined;
  stdin?: string;
  /** Answers whether the program has said its result. */
  onLine(line: string): boolean;
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
    const { interruptMs, terminateMs, lingerMs } = job.patience ?? PATIENCE;
    let timer: NodeJS.Timeout | undefined;
    let linger: NodeJS.Timeout | undefined;
    let stopped = false;
    const stop = () => {
      if (job.stop.reason === AT_ONCE) return signal("SIGKILL");
      if (stopped) return;
      stopped = true;
      signal("SIGINT");
      timer = setTimeout(() => {
        signal("SIGTERM");
        timer = setTimeout(() => signal("SIGKILL"), terminateMs);
      }, interruptMs);
    };
    const settle = () => {
      clearTimeout(timer);
      clearTimeout(linger);
      stopped = true;
      job.stop.removeEventListener("abort", stop);
    };

    const feed = lineSplitter((line) => {
      if (!job.onLine(line) || stopped) return;
      clearTimeout(linger);
      linger = setTimeout(stop, lingerMs);
    });
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
  let begun: string[] = [];
  let ended = false;
  return {
    write(bytes: Buffer) {
      if (ended) return;
      const [first = "", ...others] = decoder.write(bytes).split("\n");
      begun.push(first);
      for (const next of others) {
        onLine(begun.join(""));
        begun = [next];
      }
    },
    end() {
      if (ended) return;
      ended = true;
      const rest = begun.join("") + decoder.end();
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
  for (const pid of processes()) {
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (user ? ownedBy(pid, user.uid) : hasMark(pid, mark)) kill(pid, "SIGKILL");
  }
}

/** None where there is no /proc to tell. */
function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number);
  } catch {
    return [];
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
