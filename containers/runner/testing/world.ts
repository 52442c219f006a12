import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { expect } from "vitest";
import { type LogLine, logLine } from "../../../contract/log.ts";
import type { WorkOrder } from "../../../contract/work-order.ts";
import { buildRunner } from "../build.ts";
import { pathWith } from "./clis.ts";
import { type FakeApi, region, startFakeApi } from "./fake-api.ts";
import { type GitServer, startGitServer } from "./git-server.ts";
import { asOrdinaryUser } from "./user.ts";

export type AgentName = "claude" | "codex";

/** What differs from an ordinary run. */
export interface Scene {
  task?: Partial<WorkOrder["task"]>;
  run?: Partial<WorkOrder["run"]>;
  secrets?: Partial<WorkOrder["secrets"]>;
  order?: Partial<Pick<WorkOrder, "leaseSeconds" | "heartbeatSeconds" | "deadlineAt">>;
  /** Where the model is thought to be; by default the scripted one. */
  modelUrl?: string;
  /** Without root's privileges, on a directory that an earlier run worked in. */
  ordinary?: { dir?: string };
  /** Before the runner starts. */
  prepare?(api: FakeApi): void;
}

export interface StartedRun {
  api: FakeApi;
  child: ChildProcess;
  dir: string;
  lines(): LogLine[];
  output(): string;
  /** Waits for the runner's end; answers its exit code. */
  ended(): Promise<number | null>;
  text(kind: LogLine["kind"]): string;
  /** Directories of runs that are on the disk. */
  directories(): string[];
  /** The environments and command lines of the run's programs that are alive. */
  processes(): string[];
}

export interface World {
  model: LLMock;
  git: GitServer;
  gitToken: string;
  key: string;
  /** The PATH that runners are started with. */
  path: string;
  start(scene?: Scene): Promise<StartedRun>;
  close(): Promise<void>;
}

export const sourceUrl = "https://git.example.com/team/project.git";

/** A scripted model, a git server that asks for a token, and the bundled runner with the real CLI on its PATH. */
export async function startWorld(name: AgentName): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), "runner-"));
  const bundle = join(root, "runner.cjs");
  await buildRunner(bundle);
  const path = await pathWith(name);
  const gitToken = "git-token-0123456789abcdef";
  const key = name === "claude" ? "sk-ant-canary-0123456789abcdef" : "sk-canary-0123456789abcdefghij";
  const git = await startGitServer(gitToken);
  const model = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
  await model.start();
  const runs: StartedRun[] = [];

  async function start(scene: Scene = {}): Promise<StartedRun> {
    const api = await startFakeApi(orderOf(name, key, gitToken, scene));
    scene.prepare?.(api);
    const dir = scene.ordinary?.dir ?? mkdtempSync(join(root, "run-"));
    const host = name === "claude" ? "api.anthropic.com" : "api.openai.com";
    const standIns = [
      { host, url: scene.modelUrl ?? model.url },
      { host: "git.example.com", url: git.url },
    ];
    const command: [string, ...string[]] = [process.execPath, bundle];
    const [program, ...args] = scene.ordinary ? asOrdinaryUser(command) : command;
    const child = spawn(program, args, {
      env: {
        PATH: path,
        HOME: dir,
        ERRAND_RUNNER_API_URL: api.url,
        AWS_REGION: region,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: api.credentialsUrl,
        ERRAND_RUN_ID: "run_01J00000000000000000000000",
        ERRAND_TICKET: api.ticket,
        ERRAND_AGENT: name,
        ERRAND_WORK_DIR: join(dir, "work"),
        ERRAND_STAND_INS: JSON.stringify(standIns),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const run = follow(api, child, dir);
    runs.push(run);
    return run;
  }

  return {
    model,
    git,
    gitToken,
    key,
    path,
    start,
    async close() {
      for (const { api, child } of runs) {
        if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
        await api.close();
      }
      await model.stop();
      await git.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function follow(api: FakeApi, child: ChildProcess, dir: string): StartedRun {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const lines = () =>
    stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => logLine.parse(JSON.parse(line)));
  const work = join(dir, "work");
  return {
    api,
    child,
    dir,
    lines,
    output: () => stdout + stderr,
    ended: () => closed,
    text: (kind) =>
      lines()
        .filter((line) => line.kind === kind)
        .map((line) => line.text)
        .join("\n"),
    directories: () => (existsSync(work) ? readdirSync(work).map((entry) => join(work, entry)) : []),
    processes: () => processesOf(work, child.pid),
  };
}

function processesOf(mark: string, runner: number | undefined): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== runner)
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return environment.includes(mark) ? [environment + readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

function orderOf(name: AgentName, key: string, gitToken: string, scene: Scene): WorkOrder {
  return {
    claimToken: "claim-token-0123456789abcdef",
    leaseSeconds: 180,
    heartbeatSeconds: 30,
    deadlineAt: new Date(Date.now() + 3_600_000).toISOString(),
    ...scene.order,
    run: {
      id: "run_01J00000000000000000000000",
      attempt: 1,
      trigger: "MANUAL",
      taskId: "task_01J00000000000000000000000",
      taskName: "try",
      ...scene.run,
    },
    task: {
      prompt: "Please do it.",
      agentType: name === "claude" ? "claude-runner" : "codex-runner",
      sourceUrl,
      subPath: null,
      model: name === "claude" ? "claude-sonnet-4-5" : "gpt-5.5",
      maxTurns: 25,
      allowedTools: [],
      disallowedTools: [],
      sandbox: null,
      ...scene.task,
    },
    secrets: {
      credential: { kind: name === "claude" ? "anthropicapikey" : "openaikey", value: key },
      gitToken,
      environment: {},
      ...scene.secrets,
    },
  };
}

/** A scripted model's call of the agent's shell. */
export function shell(name: AgentName, command: string) {
  return name === "claude"
    ? { name: "Bash", arguments: JSON.stringify({ command, description: "a step" }) }
    : { name: "exec_command", arguments: JSON.stringify({ cmd: command, yield_time_ms: 30_000 }) };
}

/** Script: at this prompt run a command, then say this. */
export function script(world: World, name: AgentName, prompt: string, command: string, answer: string) {
  const usage = { input_tokens: 100, output_tokens: 20 };
  world.model.on({ userMessage: prompt, hasToolResult: false }, { toolCalls: [shell(name, command)], usage });
  world.model.on({ userMessage: prompt, hasToolResult: true }, { content: answer, usage });
}

/** Polls for a condition; generous, for machines that are busy. */
export const eventually = <T>(probe: () => T) => expect.poll(probe, { timeout: 25_000, interval: 25 });
