import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { buildRunner } from "../../containers/runner/build.ts";
import { type GitServer, startGitServer } from "../../containers/runner/testing/git-server.ts";
import { shell } from "../../containers/runner/testing/world.ts";
import type { Client } from "../../contract/client.ts";
import type { ShownLine } from "../../contract/log.ts";
import { isTerminal, type Run } from "../../contract/run.ts";
import { ensureAgentCli } from "../../local/agent-clis.ts";
import { names } from "../../local/deployment.ts";
import { readable } from "../../local/mail-file.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { startProvider } from "./provider.ts";

export const agents = [
  { name: "claude", agentType: "claude-runner", kind: "anthropicapikey" },
  { name: "codex", agentType: "codex-runner", kind: "openaikey" },
] as const;
export type Agent = (typeof agents)[number];
export const [claude] = agents;

/** Show up nowhere but sealed. */
export const canaries = {
  claude: "sk-ant-api03-ACCEPTcanaryclaude0123456789",
  codex: "sk-proj-ACCEPTcanarycodex0123456789",
  git: "ghp_ACCEPTcanarygit0123456789abcdefghij",
};
/** With this credential nothing answers where the provider should be. */
export const unreachableKey = "sk-ant-api03-nothing-answers-here";
export const sourceUrl = "https://git.example.com/team/project.git";

/** A step for a scripted command: it tells that it was reached, then waits until it is let go. */
export interface Gate {
  command: string;
  reached: () => boolean;
  open: () => void;
}

/** The whole of Errand with real runners, the real CLIs, a real git server, and a provider that looks at the key. */
export interface World {
  stack: Stack;
  git: GitServer;
  model: LLMock;
  /** The keys that the provider was shown. */
  keysSeen: Set<string>;
  /** Script: at this prompt run a command, then give the answer. */
  script: (agent: Agent, prompt: string, command: string, answer: string) => void;
  gate: (name: string) => Gate;
  /** The run when it has ended and its e-mail, if any, is on its way no more. */
  ended: (runId: string, client?: Client, ms?: number) => Promise<Run>;
  lines: (runId: string) => Promise<ShownLine[]>;
  /** Every mail that was sent, as it lies in the data directory. */
  mails: () => string[];
  running: () => Promise<number | undefined>;
  close: () => Promise<void>;
}

export async function startWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "errand-acceptance-"));
  const path = process.env.PATH ?? "";
  const runner = join(dir, "runner.mjs");
  await buildRunner(runner);
  const images: NonNullable<Parameters<typeof startStack>[0]>["images"] = Object.fromEntries(
    await Promise.all(
      agents.map(async ({ name }) => {
        const cacheDir = join(homedir(), ".cache", "errand");
        const bin = await ensureAgentCli(name, { path, cacheDir, npm: ["npm"] });
        const image = { command: [process.execPath, runner], env: { PATH: [bin, path].join(delimiter) } };
        return [names.image(name), image] as const;
      }),
    ),
  );
  const model = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
  await model.start();
  const provider = await startProvider(model.url, [canaries.claude, canaries.codex]);
  const git = await startGitServer(canaries.git);
  const stack = await startStack({
    images,
    standIns: [
      { host: "api.anthropic.com", url: "http://127.0.0.1:9", forKey: unreachableKey },
      { host: "api.anthropic.com", url: provider.url },
      { host: "api.openai.com", url: provider.url },
      { host: "git.example.com", url: git.url },
    ],
  });
  for (const { agentType, kind, name } of agents)
    await stack.client.putCredential({ params: { agentType }, body: { kind, value: canaries[name] } });
  const mailDir = join(stack.dir, "aws", "mail");
  return {
    stack,
    git,
    model,
    keysSeen: provider.keysSeen,
    script(agent, prompt, command, answer) {
      const usage = { input_tokens: 100, output_tokens: 20 };
      const toolCalls = [shell(agent.name, command)];
      model.on({ userMessage: prompt, hasToolResult: false }, { content: "I will look.", toolCalls, usage });
      model.on({ userMessage: prompt, hasToolResult: true }, { content: answer, usage });
    },
    gate(name) {
      const file = (step: string) => join(dir, `${name}.${step}`);
      return {
        command: `touch ${file("reached")}; while [ ! -e ${file("open")} ]; do sleep 0.05; done`,
        reached: () => existsSync(file("reached")),
        open: () => writeFileSync(file("open"), ""),
      };
    },
    ended: (runId, client = stack.client, ms = 30_000) =>
      until(async () => {
        const run = await client.getRun({ params: { runId } });
        const mailUnderWay = run.email.state === "pending" || run.email.state === "sending";
        return isTerminal(run.status) && !mailUnderWay && run;
      }, ms),
    async lines(runId) {
      const lines: ShownLine[] = [];
      let cursor: string | undefined;
      return until(async () => {
        const page = await stack.client.getRunLogs({
          params: { runId },
          query: { limit: 5, ...(cursor !== undefined && { cursor }) },
        });
        lines.push(...page.lines);
        cursor = page.nextCursor ?? cursor;
        return page.complete && lines;
      });
    },
    mails: () => readdirSync(mailDir).map((name) => readable(readFileSync(join(mailDir, name), "utf8"))),
    async running() {
      const { data } = await stack.ctx.table.entities.workspace.get({ workspaceId: stack.workspaceId }).go();
      return data?.running;
    },
    async close() {
      await stack.close();
      await Promise.all([provider.close(), model.stop(), git.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
