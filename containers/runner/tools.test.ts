import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claudeTools, noTool } from "../../contract/tool.ts";
import { claude } from "./agents/claude.ts";
import { cliDirectory } from "./testing/clis.ts";
import { script, startWorld, type World } from "./testing/world.ts";

describe("a list of tools, with the real Claude Code", { timeout: 120_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("claude");
    world.git.create("team/project", { "a.txt": "canary-content\n" });
  }, 120_000);
  afterAll(() => world.close());

  let number = 0;
  /** What the agent was answered when its model asked the shell for this. */
  async function shellOf(command: string, task: { allowedTools?: string[]; disallowedTools?: string[] }) {
    const prompt = `Task ${++number} of the tools.`;
    script(world, "claude", prompt, command, "Said.");
    const run = await world.start({ task: { prompt, ...task } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({ outcome: "DONE", result: "Said." });
    return { said: run.text("tool_result"), told: run.text("system") };
  }

  test("means only these: without the shell among them no command runs, not even one that only reads", async () => {
    for (const allowedTools of [["Read"], ["mcp__x__y"], ["read"]]) {
      const { said, told } = await shellOf("cat a.txt", { allowedTools });
      expect(said).toContain("No such tool available: Bash");
      expect(told.includes("has no tool of this name: read")).toBe(allowedTools[0] === "read");
    }
    expect((await shellOf("cat a.txt", { disallowedTools: ["Bash"] })).said).toContain("No such tool available: Bash");
  });

  test("that names no tool means none, and the log says so", async () => {
    const { said, told } = await shellOf("cat a.txt", { allowedTools: [noTool] });
    expect(said).toContain("No such tool available: Bash");
    expect(told).toContain("This task allows the agent no tool");
    expect(told).not.toContain("has no tool of this name");
  });

  test("of an earlier version, with a name that nothing has: the log tells that nothing was refused", async () => {
    const { said, told } = await shellOf("cat a.txt", { disallowedTools: ["Bsh", "Web*", "mcp__x"] });
    expect(said).toBe("canary-content");
    expect(told.match(/so nothing was refused: .*/g)).toEqual(["so nothing was refused: Bsh"]);
  });

  test("is checked against names that this very CLI knows", async () => {
    const home = mkdtempSync(join(tmpdir(), "tools-"));
    const env = {
      PATH: world.path,
      HOME: home,
      ANTHROPIC_BASE_URL: world.model.url,
      ANTHROPIC_API_KEY: "dummy",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      CLAUDE_CODE_MAX_RETRIES: "0",
    };
    const program = join(await cliDirectory("claude"), "claude");
    const ask = (...args: string[]) => {
      const asked = promisify(execFile)(program, ["-p", ...args], { env, cwd: home });
      asked.child.stdin?.end("Anything.");
      return asked.catch((failed: { stdout: string; stderr: string }) => failed);
    };
    try {
      const { stderr } = await ask(`--disallowedTools=${[...claudeTools, "Bsh"].join(",")}`);
      expect(stderr.match(/rule "[^"]*" matches no known tool/g)).toEqual(['rule "Bsh" matches no known tool']);
      const { tools } = JSON.parse(
        (await ask("--output-format=stream-json", "--verbose")).stdout.split("\n")[0] as string,
      );
      expect(tools.length).toBeGreaterThan(10);
      expect(claudeTools).toEqual(expect.arrayContaining(tools));
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  /** What the agent was answered when its model asked for this tool. */
  async function answerOf(name: string, input: object, allowedTools: string[] = [], disallowedTools: string[] = []) {
    const prompt = `Task ${++number} of the tools.`;
    const toolCalls = [{ name, arguments: JSON.stringify(input) }];
    world.model.on({ userMessage: prompt, hasToolResult: false }, { toolCalls });
    world.model.on({ userMessage: prompt, hasToolResult: true }, { content: "Said." });
    const run = await world.start({ task: { prompt, allowedTools, disallowedTools } });
    expect(await run.ended()).toBe(0);
    return { said: run.text("tool_result"), told: run.text("system") };
  }

  test.each([
    ["Read", "docs/**", { file_path: "a.txt" }],
    ["Grep", "docs/**", { pattern: "canary", output_mode: "content" }],
    ["Glob", "docs/**", { pattern: "**/*.txt" }],
    ["Agent", "Explore", { description: "look", prompt: "Look.", subagent_type: "general-purpose" }],
  ])(
    "of an earlier version, with a rule that %s would not keep to: it allows nothing, and the log says so",
    async (name, limit, input) => {
      const rule = `${name}(${limit})`;
      for (const allowedTools of [[rule], [rule, "Edit(docs/**)"]]) {
        const { said, told } = await answerOf(name, input, allowedTools);
        expect(said).toContain(`No such tool available: ${name}`);
        expect(said).not.toContain("canary");
        expect(told).toContain(`would not keep to this rule, so it allows nothing: ${rule}`);
      }
    },
  );

  test("of an earlier version, with a refusal that nothing would keep to: the whole tool is refused, and the log says so", async () => {
    const { said, told } = await answerOf("Write", { file_path: "b.txt", content: "x" }, [], ["Write(docs/**)"]);
    expect(said).toContain("No such tool available: Write");
    expect(told).toContain("would not keep to this rule, so all of Write is refused: Write(docs/**)");
  });

  test("a refusal in parentheses that the contract takes is held", async () => {
    const refused = ["Read(./a.txt)", "Edit(./a.txt)"];
    const read = await answerOf("Read", { file_path: "a.txt" }, [], refused);
    expect(read.said).not.toContain("canary");
    const write = await answerOf("Write", { file_path: "a.txt", content: "x" }, [], refused);
    expect(write.said).not.toMatch(/created|updated/);
  });

  test("a rule about files that are written, or about a site, means only these", async () => {
    const allowedTools = ["Edit(docs/**)", "Write(docs/**)", "WebFetch(domain:example.com)"];
    const write = (file_path: string) => answerOf("Write", { file_path, content: "x" }, allowedTools);
    expect((await write("docs/new.txt")).said).toContain("created");
    expect((await write("new.txt")).said).toContain("has been denied");
    const { said } = await answerOf("WebFetch", { url: "https://example.org/", prompt: "x" }, allowedTools);
    expect(said).toContain("has been denied");
  });

  test("a rule about the shell means only these commands", async () => {
    const allowedTools = ["Read", "Bash(git *)"];
    expect((await shellOf("git log -1 --format=%s", { allowedTools })).said).toBe("first");
    for (const command of ["cat a.txt", "git log -1; cat a.txt", "echo was-run", "cd . && touch made"]) {
      const { said } = await shellOf(command, { allowedTools });
      expect(said).toContain("This task allows these commands only: git *.");
      expect(said).not.toMatch(/canary|was-run|first/);
    }
  });

  test.each([
    ["ends with an error", ["/bin/false"]],
    ["is not there", ["/nowhere/node", "runner.cjs"]],
    ["is killed", ["/bin/sh", "-c", "kill -9 $$"]],
    ["hangs", ["/bin/sh", "-c", "kill -STOP $$"]],
    ["says what nobody understands", ["/bin/sh", "-c", "echo '{'; exit 1"]],
  ])("a command is refused where the program that judges it %s", async (_, self) => {
    const home = mkdtempSync(join(tmpdir(), "judge-"));
    const prompt = `Task ${++number} of the tools.`;
    script(world, "claude", prompt, "cat a.txt", "Said.");
    const { args, env, files, stdin } = claude.invoke({
      task: {
        prompt,
        agentType: "claude-runner",
        sourceUrl: null,
        subPath: null,
        model: "claude-sonnet-4-5",
        maxTurns: 5,
        allowedTools: ["Bash(git *)", "Bash(cat *)"],
        disallowedTools: [],
        sandbox: null,
      },
      credentialKind: "anthropicapikey",
      gatewayUrl: world.model.url,
      home,
      context: "",
      instructions: "",
      root: true,
      self,
    });
    try {
      mkdirSync(join(home, ".errand"));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
      writeFileSync(join(home, "a.txt"), "canary-content");
      const program = join(await cliDirectory("claude"), "claude");
      const base = { PATH: world.path, HOME: home, ANTHROPIC_BASE_URL: world.model.url };
      const run = promisify(execFile)(program, args, { env: { ...env, ...base }, cwd: home });
      run.child.stdin?.end(stdin);
      const { stdout } = await run;
      expect(stdout).toContain("could not be judged");
      expect(stdout).not.toContain("canary-content");
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  test("subagents are bound by it too", async () => {
    const agent = {
      description: "look",
      prompt: "Subagent, look around.",
      subagent_type: "general-purpose",
      run_in_background: false,
    };
    world.model.on(
      { userMessage: "Send somebody", hasToolResult: false },
      { toolCalls: [{ name: "Agent", arguments: JSON.stringify(agent) }] },
    );
    world.model.on({ userMessage: "Send somebody", hasToolResult: true }, { content: "Sent." });
    script(world, "claude", "Subagent, look around.", "cat a.txt", "Looked.");
    let asked = "";
    world.model.on(
      {
        predicate: (request: unknown) => {
          asked += JSON.stringify(request);
          return false;
        },
      },
      { content: "unused" },
    );
    const run = await world.start({ task: { prompt: "Send somebody", allowedTools: ["Agent", "Read"] } });
    expect(await run.ended()).toBe(0);
    expect(asked).toContain("Subagent, look around.");
    expect(run.output() + asked).not.toContain("canary");
  });
});
