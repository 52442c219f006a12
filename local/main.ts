import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { delimiter, join } from "node:path";
import pc from "picocolors";
import { createClient } from "../contract/client.ts";
import { AgentCliError, type AgentCliOptions, type AgentName } from "./agent-clis.ts";
import { type LocalConfig, readConfig, shortened, UsageError, usage } from "./config.ts";
import { ensureConsole } from "./console.ts";
import { isUntouched, runDemo } from "./demo/demo.ts";
import { ensureSampleRepository } from "./demo/sample-repository.ts";
import { type LocalServer, startServer } from "./server.ts";
import { rows, terminalOn } from "./terminal.ts";

const terminal = terminalOn(process.stdout);
const startedAt = performance.now();
const stopping = new AbortController();
/** SQLite's result codes. */
const sqlite = { readOnly: 8, full: 13, cannotOpen: 14 } as const;
const stopLimitMs = 10_000;
/** npm and the shell pass a Ctrl-C on to us once more; what comes this soon is the same one. */
const sameSignalMs = 500;

await main().catch((error: unknown) => {
  if (stopping.signal.aborted) return;
  process.stderr.write(`${error instanceof UsageError ? error.message : startFault(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config.help) return terminal.line(usage);
  const built = buildConsole();
  const server = await startServer(config, {
    environment: process.env,
    onError: (message) =>
      terminal.line(pc.red(`  ${message} (more in ${shortened(join(config.dataDir, "errand.log"))})`)),
    onTrouble: (sentence) => terminal.line(pc.red(`  ${sentence}`)),
  });
  stopOnSignals(server);
  await built;
  greet(server, config);
  const claude = prepare(server, "claude");
  const hasGit = config.path.split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, "git")));
  if (!hasGit)
    terminal.line(pc.yellow("  git is not on PATH: runs that need a repository fail. Install it and start again."));
  if (config.demo && hasGit) await demonstrate(server, config, claude);
  else await claude;
  await prepare(server, "codex");
}

/** Without the console everything else still works: its address says how to build it. */
async function buildConsole(): Promise<void> {
  await ensureConsole().catch((error: unknown) =>
    terminal.line(pc.yellow(`  The console could not be built: ${explain(error)}`)),
  );
}

function greet(server: LocalServer, config: LocalConfig): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  terminal.line();
  terminal.line(`  ${pc.bold(pc.green("Errand"))} ${pc.dim(`ready in ${seconds} s`)}`);
  terminal.line();
  terminal.line(
    rows([
      ["Console", pc.cyan(server.url)],
      ["Sign in", pc.cyan(server.signInLink)],
      ["API", pc.cyan(`${server.url}/api`)],
      ["Command", config.command],
      ["Data", shortened(config.dataDir)],
      ["Stop", "Ctrl-C"],
    ]),
  );
  terminal.line();
  terminal.line(pc.dim(`  Agents run as ${userName()}, without a container around them: what you can do, they can.`));
  terminal.line();
}

/** Makes an agent's CLI ready; where that fails the server goes on, and tasks for this agent say why they fail. */
async function prepare(server: LocalServer, agent: AgentName): Promise<boolean> {
  const report: AgentCliOptions["report"] = ({ state, label, version }) =>
    terminal.line(pc.dim(`  ${label} ${version} is ${state === "installing" ? "being installed …" : "installed."}`));
  try {
    await server.prepareAgent(agent, report);
    return true;
  } catch (error) {
    if (!(error instanceof AgentCliError)) throw error;
    terminal.line(pc.yellow(`  ${error.message}`));
    return false;
  }
}

async function demonstrate(server: LocalServer, config: LocalConfig, claude: Promise<boolean>): Promise<void> {
  const client = createClient({ baseUrl: server.url, headers: () => ({ authorization: `Bearer ${server.key}` }) });
  if (!(await isUntouched(client)) || !(await claude)) return;
  const repository = await ensureSampleRepository(server.gitRoot, config.path);
  const { mailDir } = server;
  await runDemo({ client, terminal, repository, mailDir, signal: stopping.signal }).catch((error: unknown) => {
    stopping.signal.throwIfAborted();
    terminal.line(pc.red(`  The sample task was not finished: ${explain(error)}`));
  });
}

/** The first signal stops in good order, within ten seconds; the second one at once. */
function stopOnSignals(server: LocalServer): void {
  let first = 0;
  const stop = () => {
    const now = performance.now();
    if (first > 0 && now - first < sameSignalMs) return;
    if (first > 0) process.exit(130);
    first = now;
    stopping.abort();
    terminal.line(pc.dim("\n  Stopping … (Ctrl-C again: at once)"));
    setTimeout(() => process.exit(1), stopLimitMs).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${explain(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why nothing could be started: what is the matter with the data directory, and what to do; else the error's message. */
function startFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, errcode, path, syscall } = error as NodeJS.ErrnoException & { errcode?: number };
  const where = path === undefined ? "The data directory" : shortened(path);
  // The bundler of the runner gives no code.
  const isFull = code === "ENOSPC" || errcode === sqlite.full || /no space left on device/i.test(error.message);
  if (isFull) return "The disk is full: make room, then start again.";
  // A folder that is to be made with its parents on a read-only disk is ENOENT.
  const isDenied =
    code === "EACCES" || code === "EPERM" || code === "EROFS" || (code === "ENOENT" && syscall === "mkdir");
  if (isDenied || errcode === sqlite.readOnly) {
    return `${where} cannot be written: it is read-only or somebody else's. Give another folder with --data.`;
  }
  if (code === "ENOTDIR" || code === "EEXIST") return `${where} is no folder. Give another one with --data.`;
  if (errcode === sqlite.cannotOpen) return "A file of the data directory cannot be opened. Give another with --data.";
  return error.message;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `user ${process.getuid?.()}`;
  }
}
