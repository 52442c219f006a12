import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const entry = fileURLToPath(new URL("../bin/errand.mjs", import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves when `fits` holds for what was printed so far; rejects when the command ends before. */
  shows(fits: string | RegExp): Promise<void>;
  type(text: string): void;
  signal(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

export interface Surroundings {
  env?: Record<string, string>;
  /** What is piped in; stdin is empty without it, and stays open with null. */
  stdin?: string | Uint8Array | null;
  program?: readonly string[];
}

/** A new directory that is gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "errand-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the real command with nothing but `env` and a PATH around it. */
export function start(args: readonly string[], { env, stdin = "", program }: Surroundings = {}): Running {
  const [file = process.execPath, ...before] = program ?? [process.execPath, entry];
  const child = spawn(file, [...before, ...args], {
    env: { PATH: process.env.PATH, HOME: "/nonexistent", TZ: "UTC", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const seen = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      seen[name] += text;
      for (const watcher of watchers) watcher();
    });
  }
  // A command that refuses before it reads closes the pipe; that is not this helper's failure.
  child.stdin.on("error", () => undefined);
  if (stdin !== null) child.stdin.end(stdin);
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>();
  child.on("error", reject);
  child.on("close", (code) => resolve({ code, ...seen }));
  const all = () => seen.stdout + seen.stderr;
  return {
    pid: child.pid ?? 0,
    stdout: () => seen.stdout,
    stderr: () => seen.stderr,
    shows(fits) {
      const { promise, resolve: shown, reject: missed } = Promise.withResolvers<void>();
      const look = () => {
        if (typeof fits === "string" ? all().includes(fits) : fits.test(all())) shown();
      };
      watchers.add(look);
      ended.then(() => missed(new Error(`It ended without showing ${fits}:\n${all()}`)), missed);
      look();
      return promise.finally(() => watchers.delete(look));
    },
    type: (text) => void child.stdin.write(text),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

export function errand(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
  return start(args, surroundings).ended;
}
