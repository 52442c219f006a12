import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentName, eventually, script, startWorld, type World } from "./testing/world.ts";

describe.each<AgentName>(["claude", "codex"])("a run with the real %s", (name) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(name);
    world.git.create("team/project", { "README.md": "# Project\n", "src/a.txt": "a\n" });
  }, 120_000);
  afterAll(() => world.close());

  test("changes the checkout, says so, and reports its calls", async () => {
    script(world, name, "Write hello", "echo hello >> README.md && cat README.md && pwd", "I wrote hello.");
    const run = await world.start({ task: { prompt: "- Write hello" } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({ outcome: "DONE", result: "I wrote hello.", turns: 2 });
    expect(run.text("tool_result")).toContain("# Project\nhello\n");
    expect(run.text("assistant")).toContain("I wrote hello.");
    expect(run.api.completed?.lastLine).toBe(run.lines().length);
    expect(run.lines().map((line) => line.n)).toEqual(run.lines().map((_, i) => i + 1));
    expect(run.api.calls()).toMatchObject([
      { seq: 1, inputTokens: 100, outputTokens: 20, status: 200 },
      { seq: 2, inputTokens: 100, outputTokens: 20, status: 200 },
    ]);
    expect(run.workspaces()).toEqual([]);
  });
});
