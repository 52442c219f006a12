import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

  test("a rule about the shell means only these commands", async () => {
    const allowedTools = ["Read", "Bash(git *)"];
    expect((await shellOf("git log -1 --format=%s", { allowedTools })).said).toBe("first");
    for (const command of ["cat a.txt", "git log -1; cat a.txt", "echo was-run", "cd . && touch made"]) {
      const { said } = await shellOf(command, { allowedTools });
      expect(said).toContain("This task allows these commands only: git *.");
      expect(said).not.toMatch(/canary|was-run|first/);
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
