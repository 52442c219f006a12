import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "errand-bootstrap-"));
  await mkdir(join(root, "local"));
  for (const file of ["bootstrap.mjs", "start.mjs"]) {
    await cp(new URL(file, import.meta.url), join(root, "local", file));
  }
  await project({ kept: {}, tool: { dev: true } });
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A project whose packages lie beside it, so that npm needs no registry. */
async function project(packages: Record<string, { dev?: true; version?: string }>) {
  const names = Object.keys(packages);
  const of = (dev: boolean) =>
    Object.fromEntries(names.filter((name) => !!packages[name]?.dev === dev).map((name) => [name, `file:${name}`]));
  const own = { name: "sample", version: "1.0.0", dependencies: of(false), devDependencies: of(true) };
  const entries = names.flatMap((name) => {
    const dev = packages[name]?.dev ? { dev: true } : {};
    const version = packages[name]?.version ?? "1.0.0";
    return [
      [name, { version, ...dev }],
      [`node_modules/${name}`, { resolved: name, link: true, ...dev }],
    ];
  });
  for (const name of names) {
    await mkdir(join(root, name), { recursive: true });
    const version = packages[name]?.version ?? "1.0.0";
    await writeFile(join(root, name, "package.json"), JSON.stringify({ name, version }));
  }
  await writeFile(join(root, "package.json"), JSON.stringify({ ...own, type: "module" }));
  const lock = { ...own, lockfileVersion: 3, packages: { "": own, ...Object.fromEntries(entries) } };
  await writeFile(join(root, "package-lock.json"), JSON.stringify(lock));
}

async function start(main: string, ...args: string[]) {
  await writeFile(join(root, "local", "main.ts"), main);
  const child = spawn(process.execPath, ["local/start.mjs", ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  return { child, out: text(child.stdout), err: text(child.stderr), code: codeOf(child) };
}

async function codeOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, "close");
  return code;
}

async function installed(name: string): Promise<boolean> {
  const lock = await readFile(join(root, "node_modules", ".package-lock.json"), "utf8");
  return lock.includes(`node_modules/${name}`);
}

test("a fresh clone is installed without the development tools, and arguments and exit code are passed on", async () => {
  const run = await start("console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;", "--port", "1");
  expect([await run.code, JSON.parse(await run.out)]).toEqual([7, ["--port", "1"]]);
  expect(await run.err).toMatch(/Installing packages.*\n.*Packages installed in \d+ s/);
  expect([await installed("kept"), await installed("tool")]).toEqual([true, false]);
});

test("what is current is not installed again, and a changed lock is", async () => {
  await (await start("")).code;
  const again = await start("");
  expect([await again.code, await again.err]).toEqual([0, ""]);
  await project({ kept: { version: "1.0.1" } });
  expect(await (await start("")).err).toContain("Packages installed");
});

test("development tools that are there stay there", async () => {
  const npm = spawn("npm", ["ci", "--offline"], { cwd: root, stdio: "ignore" });
  await codeOf(npm);
  await project({ kept: { version: "1.0.1" }, tool: { dev: true } });
  expect(await (await start("")).err).toContain("Packages installed");
  expect(await installed("tool")).toBe(true);
});

test("a folder with a lock of its own is installed as well where it is asked for", async () => {
  await mkdir(join(root, "tools", "saw"), { recursive: true });
  const own = { name: "tools", version: "1.0.0", dependencies: { saw: "file:saw" } };
  const packages = { "": own, saw: { version: "1.0.0" }, "node_modules/saw": { resolved: "saw", link: true } };
  await writeFile(join(root, "tools", "package.json"), JSON.stringify(own));
  await writeFile(join(root, "tools", "saw", "package.json"), JSON.stringify({ name: "saw", version: "1.0.0" }));
  await writeFile(join(root, "tools", "package-lock.json"), JSON.stringify({ ...own, lockfileVersion: 3, packages }));
  await writeFile(
    join(root, "local", "start.mjs"),
    `import { bootstrap } from "./bootstrap.mjs";
     await bootstrap({ root: ${JSON.stringify(root)}, dev: false, packages: ["tools"], script: "local/main.ts" });`,
  );
  const run = await start("");
  expect(await run.code).toBe(0);
  expect(await readFile(join(root, "tools", "node_modules", ".package-lock.json"), "utf8")).toContain(
    "node_modules/saw",
  );
  expect(await (await start("")).err).toBe("");
});

test("an installation that fails is one clear sentence after npm's own words", async () => {
  await writeFile(
    join(root, "package.json"),
    JSON.stringify({ name: "sample", dependencies: { other: "file:other" } }),
  );
  const run = await start("");
  expect(await run.code).toBe(1);
  expect(await run.err).toMatch(/npm could not install Errand's packages: see above, then start again\.\n$/);
});

test("a signal reaches the program, whose exit code is kept", async () => {
  const run = await start(
    "process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('up');",
  );
  let up = false;
  run.child.stdout.once("data", () => {
    up = true;
  });
  await vi.waitUntil(() => up, { timeout: 20_000 });
  run.child.kill("SIGTERM");
  expect(await run.code).toBe(3);
});

test("a signal that npm passes to its shell stops the program too", async () => {
  const main =
    "process.on('SIGTERM', () => { console.log('stopped'); process.exit(); }); console.log('up'); setInterval(() => {}, 1000);";
  await writeFile(join(root, "local", "main.ts"), main);
  const env = { ...process.env, npm_lifecycle_event: "start" };
  const shell = spawn("sh", ["-c", `"${process.execPath}" local/start.mjs; true`], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  shell.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  await vi.waitUntil(() => printed.includes("up"), { timeout: 20_000 });
  shell.kill("SIGTERM");
  await vi.waitUntil(() => printed.includes("stopped"), { timeout: 20_000 });
  expect(printed).toBe("up\nstopped\n");
});
