import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, script, startWorld, type World } from "./testing/world.ts";

describe("a run with Claude Code only, or without any agent", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld("claude");
    world.git.create("team/project", {
      "a.txt": "a\n",
      "dir/b.txt": "b\n",
      out: "-> /etc",
      up: "-> ..",
      hooks: "-> .git",
    });
  }, 120_000);
  afterAll(() => world.close());

  test.each([
    ["no such repository", "https://git.example.com/team/nothing", /repository 'https:.*' not found\.$/],
    ["no such branch", "https://git.example.com/team/project#nothing", /Remote branch nothing not found.*[^.]\.$/],
  ])("%s", async (_, sourceUrl, message) => {
    const run = await world.start({ task: { sourceUrl } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({
      outcome: "FAILED",
      error: { code: "CLONE_FAILED", message: expect.stringMatching(message) },
    });
    expect(run.output()).not.toContain("127.0.0.1");
  });

  test("a branch, a tag, a commit and the beginning of one are checked out, and the commit is reported", async () => {
    const git = (...args: string[]) => world.git.run("team/refs", ...args);
    world.git.create("team/refs", { "a.txt": "first\n" });
    const first = git("rev-parse", "HEAD");
    git("tag", "-a", "v1.0", "-m", "one");
    const tree = git("mktree");
    const second = git("commit-tree", tree, "-p", first, "-m", "second");
    git("update-ref", "refs/heads/main", second);
    for (const [ref, commit] of [
      ["", second],
      ["#main", second],
      ["#v1.0", first],
      [`#${first}`, first],
      [`#${first.slice(0, 10)}`, first],
    ]) {
      script(world, "claude", `At ${ref}.`, "git rev-parse HEAD", "There.");
      const run = await world.start({
        task: { prompt: `At ${ref}.`, sourceUrl: `https://git.example.com/team/refs${ref}` },
      });
      expect(await run.ended()).toBe(0);
      expect(run.api.completed).toMatchObject({ outcome: "DONE", commit });
      expect(run.text("tool_result")).toBe(commit);
    }
    const sourceUrl = `https://git.example.com/team/refs#${"0123456789".repeat(4)}`;
    const none = await world.start({ task: { sourceUrl } });
    expect(await none.ended()).toBe(0);
    expect(none.api.completed?.error?.message).toContain("has no commit 0123456789");
  }, 120_000);

  test("a commit is found on a server that gives no commit by itself, and one that is not there is told", async () => {
    const git = (...args: string[]) => world.git.run("old/refs", ...args);
    world.git.create("old/refs", { "a.txt": "first\n" });
    const first = git("rev-parse", "HEAD");
    git("update-ref", "refs/heads/main", git("commit-tree", git("mktree"), "-p", first, "-m", "second"));
    script(world, "claude", "At an old commit", "git log -1 --format=%s", "There.");
    const source = "https://git.example.com/old/refs";
    const run = await world.start({ task: { prompt: "At an old commit", sourceUrl: `${source}#${first}` } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({ outcome: "DONE", commit: first });
    expect(run.text("tool_result")).toBe("first");
    const none = await world.start({ task: { sourceUrl: `${source}#${"0123456789".repeat(4)}` } });
    expect(await none.ended()).toBe(0);
    expect(none.api.completed?.error).toEqual({
      code: "CLONE_FAILED",
      message: expect.stringMatching(/git\.example\.com has no commit 0123456789\w+ in its branches and tags\.$/),
    });
  }, 60_000);

  test("an empty repository is worked in; a HEAD that leads nowhere is told", async () => {
    world.git.create("team/empty", {});
    for (const ref of world.git.run("team/empty", "for-each-ref", "--format=%(refname)").split("\n"))
      world.git.run("team/empty", "update-ref", "-d", ref);
    script(world, "claude", "Begin here", "git status --short --branch", "Begun.");
    const empty = await world.start({
      task: { prompt: "Begin here", sourceUrl: "https://git.example.com/team/empty" },
    });
    expect(await empty.ended()).toBe(0);
    expect(empty.api.completed).toMatchObject({ outcome: "DONE" });
    expect(empty.text("system")).toContain("The repository is empty");

    world.git.create("team/headless", { "a.txt": "a" });
    world.git.run("team/headless", "symbolic-ref", "HEAD", "refs/heads/nothing");
    const headless = await world.start({ task: { sourceUrl: "https://git.example.com/team/headless" } });
    expect(await headless.ended()).toBe(0);
    expect(headless.api.completed?.error).toMatchObject({
      code: "CLONE_FAILED",
      message: expect.stringContaining("no commit where its HEAD points"),
    });
  }, 60_000);

  test.each([null, "another-token-entirely"])("a repository that wants another token than %s", async (gitToken) => {
    const run = await world.start({ secrets: { gitToken } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed?.error).toEqual({
      code: "CLONE_FAILED",
      message: expect.stringContaining("git.example.com asks for a git token, or refuses the one it got"),
    });
  });

  test.each(["nothing", "a.txt", "out", "up", "hooks", ".git/hooks", "dir/../../.."])(
    "sub path %s",
    async (subPath) => {
      const run = await world.start({ task: { subPath } });
      expect(await run.ended()).toBe(0);
      expect(run.api.completed).toMatchObject({ outcome: "FAILED", error: { code: "SUB_PATH_MISSING" } });
      expect(run.api.calls()).toEqual([]);
    },
  );

  test("a tool that is not allowed is refused, and the agent goes on", async () => {
    script(world, "claude", "Only read", "touch made && echo was-run", "I may not.");
    const run = await world.start({ task: { prompt: "Only read", allowedTools: ["Read", "Bash(git log *)"] } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({ outcome: "DONE", result: "I may not." });
    expect(run.text("tool_result")).toContain("This task allows these commands only: git log *.");
  });

  test("an OAuth token signs in as one", async () => {
    script(world, "claude", "With OAuth", "true", "Signed in.");
    const credential = { kind: "claudeoauthtoken", value: "sk-ant-oat01-0123456789" } as const;
    const run = await world.start({ task: { prompt: "With OAuth" }, secrets: { credential } });
    expect(await run.ended()).toBe(0);
    expect(run.api.completed).toMatchObject({ outcome: "DONE", result: "Signed in." });
    expect(world.model.getLastRequest()?.headers["anthropic-beta"]).toContain("oauth-2025-04-20");
  });

  test("a used ticket starts nothing", async () => {
    const run = await world.start({
      prepare: (api) => {
        api.redeemed.push({});
      },
    });
    expect(await run.ended()).toBe(1);
    expect(run.output()).toContain("The run is not this runner's.");
    expect(run.directories()).toEqual([]);
  });

  test("an API that comes late is waited for, and one that stays away is not waited for after a stop", async () => {
    let failures = 0;
    const late = await world.start({
      task: { subPath: "nothing" },
      prepare: (api) => {
        api.away = () => failures++ < 2;
      },
    });
    expect(await late.ended()).toBe(0);
    const never = await world.start({
      prepare: (api) => {
        api.away = () => true;
      },
    });
    await eventually(() => never.api.requests.length).toBeGreaterThan(0);
    never.child.kill("SIGTERM");
    expect(await never.ended()).toBe(1);
    expect(never.directories()).toEqual([]);
  });
});
