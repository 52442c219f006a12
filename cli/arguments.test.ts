import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entry, errand as run, temporaryDirectory } from "./testing/command.ts";
import { setUp } from "./testing/setup.ts";

const create = ["task", "create", "nightly", "--prompt", "x"];

test.each([
  [
    [...create, "extra"],
    ["takes <name> only", '"extra"'],
  ],
  [
    ["run", "nightly", "build"],
    ["takes <task> only", '"build"', "a name of several words in quotes"],
  ],
  [["runs", "nightly", "failed"], ['"failed"']],
  [
    ["task", "list", "nightly"],
    ["takes no word", '"nightly"'],
  ],
  [
    ["task", "create", "nightly", "--prompt", "Fix", "the", "bug"],
    ['"the", "bug"', '--prompt "…"'],
  ],
  [
    [...create, "--cron", "0", "3", "*", "*", "*"],
    ['--cron "0 3 * * *"', "the names of files"],
  ],
  [
    [...create, "--cron", "a.txt", "a.txt", "b.txt"],
    ['--cron "0 3 * * *"', "the names of files"],
  ],
  [
    [...create, "–cron", "0 3 * * *"],
    ['"–cron" begins with another dash', "--"],
  ],
  [[...create, "--description", "“all", "night”"], ["straight quotes"]],
  [
    ["task", "create", "--cron", "0 3 * * *", "--prompt", "--manual", "nightly"],
    ["--prompt needs a value", "--prompt=--manual"],
  ],
  [
    [...create, "--model", ""],
    ["--model has an empty value", "variable"],
  ],
  [[...create, "--model="], ["--model has an empty value"]],
  [["run", ""], ["<task> is empty"]],
  [["task", "list", "--data", ""], ["--data has an empty value"]],
  [[...create, "--max-turns", "many"], ["whole number"]],
  [[...create, "--max-turns", "1.5"], ["whole number"]],
  [["runs", "--limit", "-1"], ["a whole number from 1 to 100"]],
  [
    ["runs", "--limt", "1"],
    ["unknown option '--limt'", "--limit"],
  ],
  [["rnus"], ["unknown command 'rnus'", "runs"]],
  [[...create, "--cron"], ["argument missing"]],
])("%j is told as what it is", async (args, sentences) => {
  const { api, errand } = await setUp();
  const refused = await errand(args);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  for (const sentence of sentences) expect(refused.stderr).toContain(sentence);
  expect(refused.stderr).not.toMatch(/secret|history/);
  expect(api.requests).toEqual([]);
});

test("a number below what is possible is told with its range", async () => {
  const { errand } = await setUp();
  const refused = await errand([...create, "--max-turns", "-1"]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^ {2}--max-turns {2}.*1/m) });
});

test("a word too many where a secret is asked for may be the secret, and is not repeated", async () => {
  const { errand } = await setUp();
  for (const args of [
    ["credential", "set", "claude-runner", "word-too-many"],
    [...create, "--git-token", "word-too-many"],
    ["task", "update", "--git-token", "word-too-many", "nightly"],
  ]) {
    const { code, stderr } = await errand(args);
    expect(code).toBe(2);
    expect(stderr).toContain("If it is the secret");
    expect(stderr).not.toContain("too-many");
  }
});

test("a name that only begins like a secret is a name", async () => {
  const { api, errand } = await setUp();
  api.addTask("sk-translations");
  expect(await errand(["task", "show", "sk-translations"])).toMatchObject({ code: 0 });
});

test("an argument that was not UTF-8 is refused, not stored damaged", async () => {
  const { api, env } = await setUp();
  const line = `"${process.execPath}" "${entry}" task create a --prompt "$(printf 'caf\\351')"`;
  const refused = await run([], { env, program: ["sh", "-c", line] });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("not UTF-8") });
  expect(api.requests).toEqual([]);
});

test.each([
  [["task", "show", "RUN"], "is the id of a run; give a task's name or id"],
  [["show", "KEY"], "is the id of an API key; give a run's id, or a task's name or id"],
  [["key", "revoke", "RUN"], "is the id of a run; give a key's name or id"],
  [["parameter-store", "delete", "TASK", "--yes"], "is the id of a task; give a parameter store's name or id"],
  [["task", "show", "task_01J"], "is not a whole id"],
  [["show", "run_01j"], "is not a whole id"],
])("%j: an id of another kind, or a piece of one, is called that", async (args, sentence) => {
  const { errand } = await setUp();
  const ids: Record<string, string> = { RUN: "run", KEY: "key", TASK: "task" };
  const missing = await errand(args.map((arg) => (ids[arg] ? `${ids[arg]}_${"0".repeat(26)}` : arg)));
  expect(missing).toMatchObject({ code: 4, stdout: "", stderr: expect.stringContaining(sentence) });
});

test("what is piped in and names no variable is refused", async () => {
  const { api, errand } = await setUp();
  const refused = await errand(["parameter-store", "create", "production"], { stdin: "just a line\n" });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("no line of NAME=VALUE") });
  expect(api.requests).toEqual([]);
});

test("a prompt file that cannot be read says why in words", async () => {
  const { errand } = await setUp();
  const folder = temporaryDirectory();
  const read = async (file: string) => (await errand(["task", "create", "a", "--prompt-file", file])).stderr;
  expect(await read(folder)).toContain(`${folder} is a folder`);
  expect(await read(join(folder, "none.md"))).toContain(`There is no file ${join(folder, "none.md")}`);
  writeFileSync(join(folder, "file"), "x");
  expect(await read(join(folder, "file", "x"))).toContain("There is no file");
  expect(await read("~/prompt.md")).toContain("The shell has left ~ as it is");
  expect(await read(folder)).not.toMatch(/E[A-Z]{4,}/);
});
