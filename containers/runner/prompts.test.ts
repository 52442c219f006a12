import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentName, startWorld, type World } from "./testing/world.ts";

const prompts = [
  "/exit",
  "/clear",
  "/compact now",
  "//",
  "/unknown thing",
  "- [ ] x",
  "-v",
  "--help",
  "@README.md",
  "!echo run",
  "#memo",
  " /exit",
  "exit",
  "$HOME `id` \"'\\",
];

describe.each<AgentName>(["claude", "codex"])("a prompt, with the real %s", { timeout: 200_000 }, (name) => {
  let world: World;
  let asked = "";
  beforeAll(async () => {
    world = await startWorld(name);
    const listen = (request: unknown) => {
      asked += JSON.stringify(request);
      return true;
    };
    world.model.on({ predicate: listen }, { content: "Understood." });
  }, 120_000);
  afterAll(() => world.close());

  test.each(prompts)("that is %j is text to the model", async (prompt) => {
    asked = "";
    const run = await world.start({ task: { prompt, sourceUrl: null } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({ outcome: "DONE", result: "Understood." });
    expect(asked).toContain(JSON.stringify(prompt).slice(1, -1));
  });
});
