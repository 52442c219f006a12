import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCredential } from "../../core/credential/credential.ts";
import { names } from "../../local/deployment.ts";
import { everythingBelow } from "../support/files.ts";
import { until } from "../support/until.ts";
import { agents, canaries, sourceUrl, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Each secret as it is and as an agent could spell it. */
const spellingsOf = (secret: string) => [
  secret,
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(`x-access-token:${secret}`).toString("base64").replace(/=+$/, ""),
];
const spellings = Object.values(canaries).flatMap(spellingsOf);
const foundIn = (text: string) => spellings.filter((spelling) => text.includes(spelling));

/** What lies below a folder and holds a secret, in its name or its bytes. */
const withSecrets = (folder: string) =>
  everythingBelow(folder).flatMap(({ path, text }) => (foundIn(path + text).length > 0 ? [path] : []));

/** Environments and command lines of all programs that work for a run, the runner among them. */
function programsOf(runId: string, workDir: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const all = readFileSync(`/proc/${pid}/environ`, "latin1") + readFileSync(`/proc/${pid}/cmdline`, "latin1");
        return all.includes(runId) || all.includes(workDir) ? [all] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

it.each(agents)("$name's run shows no secret anywhere", async (agent) => {
  const { stack, git } = world;
  const repository = `team/canary-${agent.name}`;
  git.create(repository, { "README.md": "# Canary\n" });
  const gate = world.gate(`canary-${agent.name}`);
  const prompt = `Look around, ${agent.name}.`;
  const look =
    "env; git config --list --show-origin; cat ~/.gitconfig .git/config; git remote -v; tr '\\0' '\\n' </proc/$PPID/environ";
  // What the agent says holds both secrets of its run, as if it had found them, in each spelling.
  const confession = `Found: ${[canaries[agent.name], canaries.git].flatMap(spellingsOf).join(" and ")}.`;
  world.script(
    agent,
    prompt,
    `${look}; echo seen > seen.txt; git add .; git commit -qm seen; git push -q origin HEAD:main; ${gate.command}`,
    confession,
  );
  const task = await stack.createTask({
    prompt,
    agentType: agent.agentType,
    sourceUrl: sourceUrl.replace("team/project", repository),
    gitToken: canaries.git,
    notificationEmail: `canary-${agent.name}@example.com`,
  });
  expect(task.gitToken).toEqual({ set: true, lastFour: canaries.git.slice(-4) });
  const { id } = await stack.client.runTask({ params: { taskId: task.id } });
  await until(gate.reached);

  const work = join(stack.dir, "work");
  const programs = programsOf(id, work);
  expect(programs.length).toBeGreaterThan(1);
  expect(programs.flatMap(foundIn)).toEqual([]);
  expect(readdirSync(work)).toHaveLength(1);
  expect(withSecrets(work)).toEqual([]);

  gate.open();
  const run = await world.ended(id);
  expect(run).toMatchObject({ status: "DONE", email: { state: "sent" } });
  expect(git.show(repository, "seen.txt")).toBe("seen\n");
  expect(run.result).toMatch(/^Found: /);
  expect(foundIn(JSON.stringify(run))).toEqual([]);
  const lines = await world.lines(id);
  expect(JSON.stringify(lines)).toContain("Found: ");
  expect(foundIn(JSON.stringify(lines))).toEqual([]);
  expect(world.mails().flatMap(foundIn)).toEqual([]);
  for (const answer of [
    await stack.client.listTasks(),
    await stack.client.listRuns(),
    await stack.client.listCredentials(),
  ])
    expect(foundIn(JSON.stringify(answer))).toEqual([]);
  expect(readdirSync(work)).toEqual([]);
});

it("no file of the deployment holds a secret, and its rows hold them sealed", async () => {
  const { stack } = world;
  let rows = 0;
  for await (const page of paginateScan({ client: new DynamoDBClient() }, { TableName: names.table })) {
    rows += page.Items?.length ?? 0;
    expect(foundIn(JSON.stringify(page.Items))).toEqual([]);
  }
  expect(rows).toBeGreaterThan(5);
  expect(withSecrets(stack.dir)).toEqual([]);
  for (const { name, agentType, kind } of agents) {
    const credential = await readCredential(stack.ctx, stack.workspaceId, agentType);
    expect(credential).toEqual({ kind, value: canaries[name] });
  }
});
