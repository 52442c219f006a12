import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { claude } from "../containers/runner/agents/claude.ts";
import { codex } from "../containers/runner/agents/codex.ts";
import { pathWith } from "../containers/runner/testing/clis.ts";
import type { AgentType } from "../contract/agent.ts";
import { closeGateways, testGateway } from "./testing/gateway.ts";

afterEach(closeGateways);

/** Runs the pinned CLI behind a gateway that refuses its first call for good. */
async function refusedRun(name: "claude" | "codex") {
  const agent = { claude, codex }[name];
  let asked = 0;
  const { url, observations } = await testGateway(() => asked++, {
    provider: agent.provider,
    countTurns: true,
    maxTurns: 0,
  });
  const cache = join(homedir(), ".cache", "errand");
  mkdirSync(cache, { recursive: true });
  const home = mkdtempSync(join(cache, "final-"));
  mkdirSync(join(home, ".codex"));
  const task = { model: name === "claude" ? "claude-sonnet-4-5" : "gpt-5.5", maxTurns: 25, prompt: "Do it." };
  const invocation = agent.invoke({
    task: {
      ...{ sourceUrl: null, subPath: null, allowedTools: [], disallowedTools: [], sandbox: null },
      ...task,
      agentType: `${name}-runner` as AgentType,
    },
    credentialKind: name === "claude" ? "anthropicapikey" : "openaikey",
    gatewayUrl: url,
    home,
    instructions: "",
    root: true,
    self: [],
    context: "",
  });
  for (const [path, text] of Object.entries(invocation.files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const child = spawn(agent.command, invocation.args, {
    cwd: home,
    env: { PATH: await pathWith(name), HOME: home, ...invocation.env },
  });
  const reader = agent.reader();
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stdin.end(invocation.stdin);
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(home, { recursive: true, force: true });
  for (const line of output.split("\n")) reader.read(line);
  return { summary: reader.summary(), asked, observations, requests: output.match(/[Rr]e(try|connect)/g) ?? [] };
}

describe("a refusal for good", () => {
  test.each(["claude", "codex"] as const)("ends the real %s at once, with the gateway's words", async (name) => {
    const { summary, asked, observations, requests } = await refusedRun(name);
    expect(summary).toMatchObject({ end: "error", reason: expect.stringContaining("The run's 0 turns are used up.") });
    expect([asked, requests, observations.turnsUsedUp]).toEqual([0, [], true]);
  });
});
