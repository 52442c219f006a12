import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { ensureConsole } from "./console.ts";

const project = fileURLToPath(new URL("..", import.meta.url));

test("the console is built when it is missing or older than its sources, also by two at a time, and not otherwise", async () => {
  const root = mkdtempSync(join(tmpdir(), "errand-console-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const notBuilt = (path: string) => !/\/web\/dist(-\w+)?$/.test(path);
  for (const part of ["web", "contract", "package.json", "package-lock.json"]) {
    cpSync(join(project, part), join(root, part), { recursive: true, filter: notBuilt });
  }
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));

  expect(await Promise.all([ensureConsole(root), ensureConsole(root)])).toContain(true);
  const page = join(root, "web/dist/index.html");
  expect(readdirSync(join(root, "web/dist"))).toEqual(expect.arrayContaining(["assets", "index.html"]));
  expect(await ensureConsole(root)).toBe(false);

  const later = new Date(statSync(page).mtimeMs + 10_000);
  utimesSync(join(root, "contract/run.ts"), later, later);
  expect(await ensureConsole(root)).toBe(true);
  expect(readdirSync(join(root, "web")).filter((name) => name.startsWith("dist"))).toEqual(["dist"]);
}, 120_000);
