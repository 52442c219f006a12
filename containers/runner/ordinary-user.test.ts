import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentName, script, startWorld, type World } from "./testing/world.ts";

/** What `go get` leaves in its module cache, and a path that is longer than the system takes at once. */
const leave = [
  "mkdir -p ~/go/pkg/mod/example.com/x@v1.0.0/inner ~/go/pkg/mod/cache/download",
  "echo package x > ~/go/pkg/mod/example.com/x@v1.0.0/inner/x.go",
  "chmod -R a-w ~/go/pkg/mod/example.com",
  "long=$(printf 'd%.0s' $(seq 200))",
  "(for i in $(seq 30); do mkdir $long && cd -P $long || exit 1; done; touch file)",
  "touch ~/go/pkg/mod/example.com/new 2>/dev/null || echo not writable",
].join("; ");

describe.each<AgentName>(["claude", "codex"])("as an ordinary user, with the real %s", { timeout: 120_000 }, (name) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(name);
    world.git.create("team/project", { "README.md": "# Project\n" });
  }, 120_000);
  afterAll(() => world.close());

  test("a run that leaves what is hard to remove is done with its result, nothing is left, and the next one starts", async () => {
    script(world, name, "Get the module", leave, "Got it.");
    const run = await world.start({ task: { prompt: "Get the module" }, ordinary: {} });
    expect(await run.ended()).toBe(0);
    expect(run.text("tool_result")).toContain("not writable");
    expect(run.api.completed).toMatchObject({ outcome: "DONE", result: "Got it." });
    expect(run.text("system")).not.toContain("could not be removed");
    expect(run.directories()).toEqual([]);

    script(world, name, "Once more", "true", "Again.");
    const next = await world.start({ task: { prompt: "Once more" }, ordinary: { dir: run.dir } });
    expect(await next.ended()).toBe(0);
    expect(next.api.completed).toMatchObject({ outcome: "DONE", result: "Again." });
    expect(next.directories()).toEqual([]);
  });
});
