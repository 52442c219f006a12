import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MASK } from "./redact/redactor.ts";
import { type AgentName, script, startWorld, type World } from "./testing/world.ts";
import { agentVariables } from "./variables.ts";

describe("the variables of a parameter store", () => {
  it("are given to the agent but for those with a reserved name, whoever let them in", () => {
    const odd = {
      PATH: "/tmp",
      Path: "/tmp",
      LD_PRELOAD: "x.so",
      GIT_SSH_COMMAND: "x",
      OPENAI_API_KEY: "x",
      "A=B": "c",
    };
    expect(agentVariables({ ...odd, REGION: "eu-north-1", MY_TOKEN: "" })).toEqual({
      REGION: "eu-north-1",
      MY_TOKEN: "",
    });
  });
});

describe.each<AgentName>(["claude", "codex"])("the variables of a parameter store, with the real %s", (name) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(name);
  }, 120_000);
  afterAll(() => world.close());

  it("reach what the agent runs, and are masked wherever it shows them", async () => {
    const environment = {
      DEPLOY_TOKEN: "canary value/with+signs",
      PLAIN: "short",
      GIT_SSH_COMMAND: "touch /tmp/never",
      PATH: "/nowhere",
    };
    const command = [
      '[ "$DEPLOY_TOKEN" = "canary value/with+signs" ] && echo it is the right one',
      'echo "token: $DEPLOY_TOKEN, plain: $PLAIN, ssh: $GIT_SSH_COMMAND, path: $PATH"',
      'printf %s "$DEPLOY_TOKEN" | base64',
    ].join("; ");
    script(world, name, "Use the token", command, "It was canary value/with+signs.");
    const run = await world.start({ task: { prompt: "Use the token", sourceUrl: null }, secrets: { environment } });
    expect(await run.ended()).toBe(0);
    const shown = run.text("tool_result");
    expect(shown).toContain("it is the right one");
    expect(shown).toContain(`token: ${MASK}, plain: short, ssh: , path: /`);
    expect(shown).not.toContain("/nowhere");
    expect(run.api.completed?.result).toBe(`It was ${MASK}.`);
    const base64 = Buffer.from(environment.DEPLOY_TOKEN).toString("base64");
    for (const text of [run.output(), JSON.stringify(run.api.completed)]) {
      expect(text).not.toContain(environment.DEPLOY_TOKEN);
      expect(text).not.toContain(base64);
    }
  });
});
