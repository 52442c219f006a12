import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Agent, Plan } from "../../containers/runner/agents/agent.ts";
import { claude } from "../../containers/runner/agents/claude.ts";
import { codex } from "../../containers/runner/agents/codex.ts";
import { buildRunner } from "../../containers/runner/build.ts";
import { isTerminal } from "../../contract/run.ts";
import { ensureAgentCli } from "../../local/agent-clis.ts";
import { names } from "../../local/deployment.ts";
import { startGitServer } from "../../local/git-server.ts";
import type { Stack } from "../../test/support/stack.ts";
import { startBench } from "../support/bench.ts";
import { type Model, startModel } from "../support/model.ts";
import { interleaved, median, milliseconds, type Row, times } from "../support/row.ts";

const turns = 15;
const most = 1.5;
const prompt = "Say hello.";
const host = "git.example.com";
const run = promisify(execFile);

interface Place {
  dir: string;
  deployment: Stack;
  model: Model;
  gitUrl: string;
  paths: Record<string, string>;
}

/** From POST /api/tasks/{taskId}/runs to the model's receipt of the first request, against the bare CLI. */
export default async function firstRequest(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "errand-bench-"));
  const runner = join(dir, "runner.mjs");
  await buildRunner(runner);
  const paths = await cliPaths();
  const model = await startModel();
  const git = await startGitServer({ root: join(dir, "git"), path: process.env.PATH ?? "" });
  await makeRepository(join(dir, "git", "sample.git"), join(dir, "tree"));
  const hosts = ["api.anthropic.com", "api.openai.com"].map((name) => ({ host: name, url: model.url }));
  const deployment = await startBench({
    byItself: "containers",
    images: Object.fromEntries(
      (["claude", "codex"] as const).map((agent) => [
        names.image(agent),
        { command: [process.execPath, runner], env: { PATH: paths[agent] ?? "" } },
      ]),
    ),
    standIns: [...hosts, { host, url: git.url }],
  });
  const place = { dir, deployment, model, gitUrl: git.url, paths };
  const rows = [
    await compare(place, claude, "claude", false),
    await compare(place, codex, "codex", false),
    await compare(place, claude, "claude", true),
  ];
  await deployment.close();
  await git.close();
  await model.close();
  rmSync(dir, { recursive: true, force: true });
  return rows;
}

async function compare(place: Place, agent: Agent, name: "claude" | "codex", withSource: boolean): Promise<Row> {
  const { client } = place.deployment;
  const kind = name === "claude" ? "anthropicapikey" : "openaikey";
  await client.putCredential({ params: { agentType: name }, body: { kind, value: "sk-the-key-of-the-bench" } });
  const { id: taskId } = await client.createTask({
    body: {
      name: `first ${name} ${withSource}`,
      prompt,
      agentType: name,
      sourceUrl: withSource ? `https://${host}/sample.git` : null,
    },
  });
  const viaErrand = () => errandOnce(place, taskId);
  const viaCli = () => cliOnce(place, agent, name, withSource);
  for (let n = 0; n < 3; n++) {
    await viaErrand();
    await viaCli();
  }
  const result = await interleaved(turns, viaErrand, viaCli);
  const [measured, floor] = [median(result.measured), median(result.floor)];
  return {
    what: `run now to first model request, ${agent.label}${withSource ? " in a repository" : ""}`,
    measured: milliseconds(measured),
    floor: `${milliseconds(floor)}: ${withSource ? "git clone, then the bare CLI" : "the bare CLI"}`,
    value: times(measured / floor),
    target: `≤ ${most} ×`,
    ok: measured / floor <= most,
    notes: [`${turns} of each by turns; median. Errand adds ${milliseconds(measured - floor)}.`],
  };
}

async function errandOnce({ deployment: { client }, model }: Place, taskId: string): Promise<number> {
  const asked = model.nextRequest();
  const start = performance.now();
  const { id } = await client.runTask({ params: { taskId } });
  const took = (await asked) - start;
  // The next turn has the machine to itself.
  while (!isTerminal((await client.getRun({ params: { runId: id } })).status)) await pause();
  await pause();
  return took;
}

/** The CLI with the runner's own arguments, in a home of its own, straight at the model. */
async function cliOnce(place: Place, agent: Agent, name: "claude" | "codex", withSource: boolean): Promise<number> {
  const root = mkdtempSync(join(place.dir, "bare-"));
  const [home, cwd] = [join(root, "home"), join(root, "repository")];
  mkdirSync(join(home, "tmp"), { recursive: true });
  mkdirSync(cwd);
  const { args, env, files, stdin } = agent.invoke(planOf(name, place.model.url, home));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(home, file, ".."), { recursive: true });
    writeFileSync(join(home, file), text);
  }
  const path = place.paths[name] ?? "";
  const environment = { PATH: path, HOME: home, TMPDIR: join(home, "tmp"), LANG: "C.UTF-8", TERM: "dumb", ...env };
  const asked = place.model.nextRequest();
  const start = performance.now();
  if (withSource) {
    const source = `${place.gitUrl}/sample.git`;
    await run("git", ["clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", source, cwd], {
      env: environment,
    });
  }
  const direct = args.map((arg) => arg.replaceAll("/anthropic", "").replaceAll("/openai/v1", "/v1"));
  const child = spawn(agent.command, direct, {
    cwd,
    env: { ...environment, ...(name === "claude" && { ANTHROPIC_BASE_URL: place.model.url }) },
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end(stdin);
  const took = (await asked) - start;
  await ended;
  rmSync(root, { recursive: true, force: true });
  return took;
}

function planOf(name: "claude" | "codex", gatewayUrl: string, home: string): Plan {
  return {
    task: {
      prompt,
      agentType: name === "claude" ? "claude-runner" : "codex-runner",
      sourceUrl: null,
      subPath: null,
      model: name === "claude" ? "claude-sonnet-4-5" : "gpt-5.5",
      maxTurns: 25,
      allowedTools: [],
      disallowedTools: [],
      sandbox: null,
    },
    credentialKind: name === "claude" ? "anthropicapikey" : "openaikey",
    gatewayUrl,
    home,
    instructions: "",
    root: process.getuid?.() === 0,
    self: [],
    context: "",
  };
}

async function cliPaths(): Promise<Record<string, string>> {
  const path = process.env.PATH ?? "";
  const cacheDir = join(homedir(), ".cache", "errand");
  const bins = await Promise.all(
    (["claude", "codex"] as const).map(async (name) => {
      const bin = await ensureAgentCli(name, { path, cacheDir, npm: ["npm"] });
      return [name, [bin, path].join(delimiter)] as const;
    }),
  );
  return Object.fromEntries(bins);
}

async function makeRepository(bare: string, tree: string): Promise<void> {
  mkdirSync(tree, { recursive: true });
  for (let n = 0; n < 100; n++) writeFileSync(join(tree, `file-${n}.js`), `export const value = ${n};\n`.repeat(50));
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];
  await run("git", ["init", "-q", "-b", "main", tree]);
  await run("git", ["-C", tree, "add", "."]);
  await run("git", ["-C", tree, ...identity, "commit", "-q", "-m", "first"]);
  await run("git", ["clone", "-q", "--bare", tree, bare]);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
