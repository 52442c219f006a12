import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AgentCliError, type AgentCliOptions, ensureAgentCli, pathTo } from "./agent-clis.ts";

const run = promisify(execFile);
const systemPath = process.env.PATH ?? "";
let folder: string;
let pins: string;
let cacheDir: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "errand-clis-"));
  pins = join(folder, "pins");
  await pin(await pack());
});
beforeEach(async () => {
  cacheDir = await mkdtemp(join(folder, "cache-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A package like Claude Code's: its program is there only after its install script has run. */
async function pack(): Promise<string> {
  const source = join(folder, "source");
  await mkdir(join(source, "bin"), { recursive: true });
  const manifest = {
    name: "@anthropic-ai/claude-code",
    version: "1.2.3",
    bin: { claude: "bin/claude.exe" },
    scripts: { postinstall: "node install.cjs" },
  };
  await writeFile(join(source, "package.json"), JSON.stringify(manifest));
  await writeFile(join(source, "bin", "claude.exe"), "#!/bin/sh\nexit 1\n");
  const program = "#!/bin/sh\\necho '1.2.3 (Claude Code)'\\n";
  await writeFile(join(source, "install.cjs"), `require("fs").writeFileSync("bin/claude.exe", "${program}");`);
  await run("npm", ["pack", "--offline", "--pack-destination", folder], { cwd: source });
  return join(folder, "anthropic-ai-claude-code-1.2.3.tgz");
}

async function pin(tarball: string) {
  const dependencies = { "@anthropic-ai/claude-code": "1.2.3" };
  const own = { name: "pin", dependencies };
  const entry = {
    version: "1.2.3",
    resolved: `file:${tarball}`,
    hasInstallScript: true,
    bin: { claude: "bin/claude.exe" },
  };
  const packages = { "": own, "node_modules/@anthropic-ai/claude-code": entry };
  await mkdir(join(pins, "claude"), { recursive: true });
  await writeFile(join(pins, "claude", "package.json"), JSON.stringify(own));
  await writeFile(join(pins, "claude", "package-lock.json"), JSON.stringify({ ...own, lockfileVersion: 3, packages }));
}

async function program(output: string): Promise<string> {
  const bin = await mkdtemp(join(folder, "bin-"));
  await writeFile(join(bin, "claude"), `#!/bin/sh\necho '${output}'\n`);
  await chmod(join(bin, "claude"), 0o755);
  return bin;
}

function ensure(options: Partial<AgentCliOptions> = {}) {
  return ensureAgentCli("claude", { path: systemPath, cacheDir, npm: ["npm"], pins, ...options });
}

test("the pinned version on PATH is used as it is, wherever on PATH", async () => {
  const [other, pinned] = [await program("1.2.2 (Claude Code)"), await program("1.2.3 (Claude Code)")];
  expect(await ensure({ path: `${other}:${pinned}:${systemPath}`, npm: ["false"] })).toBe(pinned);
  expect(await readdir(cacheDir)).toEqual([]);
});

test("a CLI that is the first of its name leaves the person's PATH as it is, another one goes first", async () => {
  const [one, two] = [await program("1.2.3 (Claude Code)"), await program("1.2.3 (Claude Code)")];
  expect(pathTo("claude", one, `/usr/games:${one}:${two}`)).toBe(`/usr/games:${one}:${two}`);
  expect(pathTo("claude", two, `/usr/games:${one}:${two}`)).toBe(`${two}:/usr/games:${one}:${two}`);
  expect(pathTo("claude", one, "/usr/games")).toBe(`${one}:/usr/games`);
});

test("another version on PATH does not count: the pinned one is installed, once", async () => {
  const progress: string[] = [];
  const path = `${await program("1.2.4 (Claude Code)")}:${systemPath}`;
  const report: AgentCliOptions["report"] = ({ state, label, version }) =>
    progress.push(`${state} ${label} ${version}`);
  const bin = await ensure({ path, report });
  expect((await run(join(bin, "claude"), ["--version"])).stdout).toBe("1.2.3 (Claude Code)\n");
  expect(await ensure({ path, report, npm: ["false"] })).toBe(bin);
  expect(progress).toEqual(["installing Claude Code 1.2.3", "installed Claude Code 1.2.3"]);
  expect(await readdir(cacheDir)).toEqual(["claude-1.2.3"]);
});

test("installed twice at once it is there once", async () => {
  const [one, two] = await Promise.all([ensure(), ensure()]);
  expect(one).toBe(two);
  expect(await readdir(cacheDir)).toEqual(["claude-1.2.3"]);
});

test("what a killed installation left behind is no installation, and goes", async () => {
  const dead = execFile("true");
  await new Promise((resolve) => dead.once("close", resolve));
  await mkdir(join(cacheDir, `claude-1.2.3.${dead.pid}-abcdef`, "node_modules", ".bin"), { recursive: true });
  expect(await ensure()).toBe(join(cacheDir, "claude-1.2.3", "node_modules", ".bin"));
  expect(await readdir(cacheDir)).toEqual(["claude-1.2.3"]);
});

test("while another process installs, it waits for that one", async () => {
  const other = execFile("sleep", ["60"]);
  const half = join(cacheDir, `claude-1.2.3.${other.pid}-abcdef`);
  await mkdir(half, { recursive: true });
  const waiting = ensure({ npm: ["false"] });
  await mkdir(join(cacheDir, "claude-1.2.3", "node_modules", ".bin"), { recursive: true });
  await copyFile(
    join(await program("1.2.3"), "claude"),
    join(cacheDir, "claude-1.2.3", "node_modules", ".bin", "claude"),
  );
  other.kill();
  expect(await waiting).toBe(join(cacheDir, "claude-1.2.3", "node_modules", ".bin"));
  expect(await readdir(cacheDir)).toEqual(["claude-1.2.3"]);
});

test.each([
  ["no network", ["sh", "-c", "echo 'npm error code ENOTFOUND' >&2; exit 1"], "the npm registry could not be reached"],
  ["no npm", ["/none/npm"], "npm was not found"],
  ["a full disk", ["sh", "-c", "echo 'npm error nospc: no space left' >&2; exit 1"], "nospc: no space left"],
  ["a program that does not start", ["true"], "ENOENT"],
])("with %s it says why and what to do, and leaves nothing", async (_, npm, reason) => {
  const failure = await ensure({ npm }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AgentCliError);
  expect(String(failure)).toContain(reason);
  expect(String(failure)).toContain("install @anthropic-ai/claude-code@1.2.3 so that claude is on PATH, or go online");
  expect(await readdir(cacheDir)).toEqual([]);
});
