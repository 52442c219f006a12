import { afterAll, beforeAll, expect, test } from "vitest";
import { storeCredential } from "../test/support/life.ts";
import { playRunner } from "../test/support/runner.ts";
import { type Stack, startStack } from "../test/support/stack.ts";
import { type Ended, errand as run, type Surroundings } from "./testing/command.ts";
import { setUp } from "./testing/setup.ts";

let stack: Stack;
let env: Record<string, string>;
beforeAll(async () => {
  stack = await startStack();
  await storeCredential(stack);
  const { secret } = await stack.client.createKey({ body: { name: "cli", role: "admin" } });
  env = { ERRAND_URL: stack.url, ERRAND_API_KEY: secret };
});
afterAll(() => stack.close());

const errand = (args: string[], { env: more, ...around }: Surroundings = {}): Promise<Ended> =>
  run(args, { ...around, env: { ...env, ...more } });

test("a store is made from lines of variables, its key alone on stdout, and a task gets all of it", async () => {
  const lines = '# a comment\nTOKEN=canary-value\nQUOTED="two words"\n';
  const made = await errand(["parameter-store", "create", "production"], { stdin: lines });
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cfg_[\w-]{43}\n$/) });
  expect(made.stderr).toContain("with 2 variables");
  const key = made.stdout.trim();
  const listed = await errand(["parameter-store", "list"]);
  expect(listed.stdout).toMatch(/production +yes +QUOTED, TOKEN/);
  for (const { stdout, stderr } of [listed, made]) expect(stdout + stderr).not.toContain("canary-value");

  const flags = ["--prompt", "Hi.", "--parameter-store", "production", "--parameter-store-key"];
  const wrong = await errand(["task", "create", "deploy", ...flags], { stdin: `cfg_${"x".repeat(43)}` });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--parameter-store-key  does not open") });
  expect(await errand(["task", "create", "deploy", ...flags], { stdin: key })).toMatchObject({ code: 0 });
  const shown = await errand(["task", "show", "deploy"]);
  expect(shown.stdout).toMatch(new RegExp(`production[^]*set, ends in ${key.slice(-4)}`));
  const { items } = await stack.client.listTasks({ query: { name: "deploy" } });
  const { id } = await stack.client.runTask({ params: { taskId: items[0]?.id ?? "" } });
  const { order } = await playRunner(stack, id);
  expect(order.secrets.environment).toEqual({ TOKEN: "canary-value", QUOTED: "two words" });
  const cleared = await errand(["task", "update", "deploy", "--clear", "parameter-store", "--json"]);
  expect(JSON.parse(cleared.stdout)).toMatchObject({ parameterStore: null, parameterStoreKey: { set: false } });
});

test("variables are set with the key from the environment, removed without it, and never given as an argument", async () => {
  const key = (await errand(["parameter-store", "create", "staging"])).stdout.trim();
  const withKey = { ERRAND_CONFIG_API_KEY: key };
  const one = await errand(["parameter-store", "set", "STAGING", "TOKEN"], { stdin: "a value", env: withKey });
  expect(one).toMatchObject({ code: 0, stdout: 'Set TOKEN in parameter store "staging".\n' });
  const many = await errand(["parameter-store", "set", "staging"], { stdin: "A=1\nB=2", env: withKey });
  expect(many).toMatchObject({ code: 0, stdout: expect.stringContaining("Set A, B") });
  const without = await errand(["parameter-store", "set", "staging", "C"], { stdin: "x" });
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("ERRAND_CONFIG_API_KEY") });
  const other = { ERRAND_CONFIG_API_KEY: `cfg_${"x".repeat(43)}` };
  const wrong = await errand(["parameter-store", "set", "staging", "C"], { stdin: "x", env: other });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("CONFIG_API_KEY  is not the key") });
  for (const [stdin, reason] of [
    [Buffer.from("A=Räksmörgås\n", "latin1"), "not UTF-8 text"],
    [Buffer.from("A=1\nB=2\n", "utf16le"), "is UTF-16"],
    ["A=1\n__proto__=2\n", "__proto__ is a reserved name"],
  ] as const) {
    const damaged = await errand(["parameter-store", "set", "staging"], { stdin, env: withKey });
    expect(damaged).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
  }
  const odd = await errand(["parameter-store", "set", "staging", "PATH"], { stdin: "/tmp", env: withKey });
  expect(odd).toMatchObject({ code: 2, stderr: expect.stringContaining("  PATH  ") });
  for (const argument of ["TOKEN=some-secret", "TOKEN some-secret"]) {
    const args = ["parameter-store", "set", "staging", ...argument.split(" ")];
    const refused = await errand(args, { env: withKey });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("shell's history") });
    expect(refused.stderr).not.toContain("some-secret");
  }
  expect(await errand(["parameter-store", "remove", "staging", "A"])).toMatchObject({ code: 0 });
  expect(await errand(["parameter-store", "remove", "staging", "A"])).toMatchObject({ code: 4 });
  const { items } = await stack.client.listParameterStores();
  expect(items.find(({ name }) => name === "staging")?.names).toEqual(["B", "TOKEN"]);
});

test("a store is deleted when that is confirmed, and one that is not there is not found", async () => {
  const plain = await errand(["parameter-store", "create", "plain", "--unencrypted"]);
  expect(plain).toMatchObject({ code: 0, stdout: "" });
  expect(await errand(["parameter-store", "create", "Plain"])).toMatchObject({ code: 5 });
  expect(await errand(["parameter-store", "delete", "plain"])).toMatchObject({ code: 2 });
  expect(await errand(["parameter-store", "delete", "plain", "--yes"])).toMatchObject({ code: 0 });
  expect(await errand(["parameter-store", "delete", "plain", "--yes"])).toMatchObject({ code: 4 });
});

test("git token and store key cannot both be piped in", async () => {
  const flags = ["--prompt", "x", "--git-token", "--parameter-store", "s", "--parameter-store-key"];
  const both = await errand(["task", "create", "a", ...flags], { stdin: "x" });
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("stdin cannot carry both") });
});

test("a credential that its provider refuses is a conflict, and is stored by force", async () => {
  const { api, errand: here } = await setUp();
  const refused = await here(["credential", "set", "claude"], { stdin: "sk-ant-api03-refused" });
  expect(refused).toMatchObject({ code: 5, stdout: "", stderr: expect.stringContaining("--force") });
  expect(api.credentials.size).toBe(0);
  expect(await here(["credential", "set", "claude", "--force"], { stdin: "sk-ant-api03-refused" })).toMatchObject({
    code: 0,
  });
  expect(api.credentials.size).toBe(1);
});
