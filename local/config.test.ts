import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const standard = process.platform === "darwin" ? "Library/Application Support/errand" : ".local/share/errand";

test.each([
  ["nothing", [], {}, join(homedir(), standard)],
  ["XDG_DATA_HOME", [], { XDG_DATA_HOME: "/xdg" }, "/xdg/errand"],
  ["a relative XDG_DATA_HOME, which does not count", [], { XDG_DATA_HOME: "xdg" }, join(homedir(), standard)],
  ["ERRAND_DATA", [], { ERRAND_DATA: "/data", XDG_DATA_HOME: "/xdg" }, "/data"],
  ["--data", ["--data", "/mine"], { ERRAND_DATA: "/data" }, "/mine"],
  ["a relative --data", ["--data", "mine"], {}, join(process.cwd(), "mine")],
])("the data directory by %s", (_, args, env, dataDir) => {
  expect(readConfig(args, env).dataDir).toBe(dataDir);
});

test.each([
  ["/mine", "/mine"],
  [join(homedir(), "mine"), "~/mine"],
  ["/my data", "'/my data'"],
  [join(homedir(), "my data"), `'${join(homedir(), "my data")}'`],
  ["/it's $HOME", "'/it'\\''s $HOME'"],
])("the command for the data in %s can be pasted", (dataDir, shown) => {
  expect(readConfig(["--data", dataDir], {}).command).toBe(`npx errand --data ${shown}`);
});

test("a port is exact when it was asked for", () => {
  expect(readConfig([], {}).port).toEqual({ first: 4700, exact: false });
  expect(readConfig(["--port", "0"], {}).port).toEqual({ first: 0, exact: true });
});

test("npm gets its settings and nothing else of the environment", () => {
  const env = { HOME: "/h", npm_config_registry: "r", https_proxy: "p", NODE_EXTRA_CA_CERTS: "c", AWS_PROFILE: "prod" };
  expect(Object.keys(readConfig([], env).npmEnvironment)).toEqual([
    "HOME",
    "npm_config_registry",
    "https_proxy",
    "NODE_EXTRA_CA_CERTS",
  ]);
});

test.each([
  [["--port", "70000"], "--port must be a number from 0 to 65535"],
  [["--what"], "Unknown option '--what'"],
  [["extra"], "Unexpected argument 'extra'"],
])("%s is refused", (args, message) => {
  expect(() => readConfig(args, {})).toThrow(message);
});

test("an address of DynamoDB that is none is refused", () => {
  expect(() => readConfig([], { ERRAND_DYNAMODB_ENDPOINT: "there" })).toThrow("must be a URL");
});

test("agents look for programs where the person does, not where npm does", () => {
  const root = join(import.meta.dirname, "..");
  const npm = [`${root}/node_modules/.bin`, `${join(root, "..")}/node_modules/.bin`, "/node_modules/.bin"];
  const gyp = "/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin";
  const own = ["/home/me/bin", "/home/me/other/node_modules/.bin", "/usr/bin"];
  expect(readConfig([], { PATH: [...npm, gyp, ...own].join(":") }).path).toBe(own.join(":"));
  expect(readConfig([], { PATH: own.join(":") }).path).toBe(own.join(":"));
});
