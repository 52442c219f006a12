import { execFile } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const project = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

/** What the console is made of: where one of these is newer than what was built, it is built again. */
const sources = ["web/src", "web/public", "web/index.html", "web/vite.config.ts", "contract", "package-lock.json"];

/**
 * Builds the console into web/dist unless it is there and up to date; tells whether it had to. It is built beside and
 * then put in place, so that a build that was killed leaves nothing half, and two at a time do not meet.
 */
export async function ensureConsole(root = project): Promise<boolean> {
  const built = join(root, "web/dist");
  const builtAt = statSync(join(built, "index.html"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.every((source) => newest(join(root, source)) < builtAt)) return false;
  const beside = await mkdtemp(join(root, "web/dist-"));
  const vite = join(root, "node_modules/vite/bin/vite.js");
  try {
    const to = ["--outDir", beside, "--emptyOutDir", "--logLevel", "error"];
    await run(process.execPath, [vite, "build", "--config", "web/vite.config.ts", ...to], { cwd: root });
    await rm(built, { recursive: true, force: true });
    await rename(beside, built).catch((error) => {
      // Another start was faster; what it built is the same.
      if (!existsSync(join(built, "index.html"))) throw error;
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return true;
}

function newest(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
