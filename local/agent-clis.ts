import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";

export const agentNames = ["claude", "codex"] as const;
export type AgentName = (typeof agentNames)[number];

const clis = {
  claude: { label: "Claude Code", package: "@anthropic-ai/claude-code", postinstall: "install.cjs" },
  codex: { label: "Codex", package: "@openai/codex", postinstall: undefined },
} as const;

export interface AgentCliOptions {
  /** Where programs are looked for, as in the variable PATH. */
  path: string;
  /** Where CLIs are installed, one folder for each version. */
  cacheDir: string;
  /** The command that starts npm. */
  npm: readonly string[];
  /** The folder with a package.json and a lock for each CLI; the project's own containers/ unless a test has another. */
  pins?: string;
  report?: (progress: { state: "installing" | "installed"; label: string; version: string }) => void;
}

/** The CLI could not be made ready; the message says why and what to do. */
export class AgentCliError extends Error {
  override readonly name = "AgentCliError";
}

const run = promisify(execFile);
const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

/** A PATH on which this folder's CLI is the first of its name. Where it is that already, the person's order stays. */
export function pathTo(name: AgentName, bin: string, path: string): string {
  const first = path.split(delimiter).find((folder) => folder !== "" && existsSync(join(folder, name)));
  return first === bin ? path : [bin, path].join(delimiter);
}

/**
 * The folder that holds the CLI's program in exactly the pinned version: from PATH, from the cache, or installed into
 * the cache from the lock. An installation shows up in the cache only when it is whole. Throws AgentCliError.
 */
export async function ensureAgentCli(name: AgentName, options: AgentCliOptions): Promise<string> {
  const pins = join(options.pins ?? fileURLToPath(new URL("../containers", import.meta.url)), name);
  const { label, package: packageName } = clis[name];
  const { dependencies } = manifest.parse(JSON.parse(await readFile(join(pins, "package.json"), "utf8")));
  const version = dependencies[packageName] ?? "";
  for (const folder of options.path.split(delimiter).filter(Boolean)) {
    if ((await versionOf(join(folder, name), options.path)) === version) return folder;
  }
  const target = join(options.cacheDir, `${name}-${version}`);
  const bin = join(target, "node_modules", ".bin");
  await othersEnd(target, options.cacheDir);
  if (await isExecutable(join(bin, name))) return bin;
  options.report?.({ state: "installing", label, version });
  await install(name, version, pins, target, options);
  options.report?.({ state: "installed", label, version });
  return bin;
}

async function install(name: AgentName, version: string, pins: string, target: string, options: AgentCliOptions) {
  const { label } = clis[name];
  const folder = `${target}.${process.pid}-${randomBytes(3).toString("hex")}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    for (const file of ["package.json", "package-lock.json"]) await copyFile(join(pins, file), join(folder, file));
    await npmCi(folder, options.npm);
    await postinstall(name, folder);
    const installed = await versionOf(join(folder, "node_modules", ".bin", name), options.path);
    if (installed !== version)
      throw new Error(`the installed program says ${installed ?? "nothing"} about its version`);
    await rename(folder, target).catch((error: NodeJS.ErrnoException) => {
      // Another start has installed the same version meanwhile.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } catch (error) {
    const advice = `install ${clis[name].package}@${version} so that ${name} is on PATH, or go online and start again`;
    throw new AgentCliError(`${label} ${version} could not be installed (${reasonOf(error)}): ${advice}.`, {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Install scripts are not left to npm, because its versions differ in whether they run them. */
async function npmCi(folder: string, npm: readonly string[]): Promise<void> {
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000"];
  const [command = "npm", ...first] = npm;
  const child = spawn(command, [...first, "ci", "--prefix", folder, ...flags, ...patience], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-8000);
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(errors || `npm ended with ${code}`);
}

async function postinstall(name: AgentName, folder: string): Promise<void> {
  const script = clis[name].postinstall;
  if (script === undefined) return;
  await run(process.execPath, [script], { cwd: join(folder, "node_modules", clis[name].package) });
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ECONNRESET/.test(text)) {
    return "the npm registry could not be reached";
  }
  if (/ENOENT/.test(text) && /npm/.test(text)) return "npm was not found";
  const lines = text.split("\n").map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim());
  return lines.find((line) => line !== "" && !line.startsWith("code ")) ?? "npm gave no reason";
}

/** `<version>` as `<program> --version` tells it, or undefined where there is no such program. */
async function versionOf(program: string, path: string): Promise<string | undefined> {
  if (!(await isExecutable(program))) return undefined;
  try {
    const { stdout } = await run(program, ["--version"], { timeout: 10_000, env: { PATH: path } });
    return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Waits for other processes that install the same version, and removes what those left that have gone. */
async function othersEnd(target: string, cacheDir: string): Promise<void> {
  for (;;) {
    const names = await readdir(cacheDir).catch(() => [] as string[]);
    let underWay = false;
    for (const name of names) {
      const pid = join(cacheDir, name).startsWith(`${target}.`) ? /\.(\d+)-[0-9a-f]{6}$/.exec(name)?.[1] : undefined;
      if (pid === undefined || Number(pid) === process.pid) continue;
      if (isRunning(Number(pid))) underWay = true;
      else await rm(join(cacheDir, name), { recursive: true, force: true });
    }
    if (!underWay) return;
    await sleep(250);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
