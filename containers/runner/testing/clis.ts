import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const containers = join(import.meta.dirname, "..", "..");

/** The directory with the pinned CLI's program, installed from the image's lock where it is not there yet. */
export async function cliDirectory(name: "claude" | "codex"): Promise<string> {
  const manifest = JSON.parse(await readFile(join(containers, name, "package.json"), "utf8"));
  const [version] = Object.values<string>(manifest.dependencies);
  const cache = join(homedir(), ".cache", "errand");
  const installed = join(cache, `${name}-${version}`);
  if (!existsSync(join(installed, "node_modules", ".bin", name))) await install(name, cache, installed);
  return join(installed, "node_modules", ".bin");
}

/** Installs aside and then renames, so that two at once do not meet and a half is never found. */
async function install(name: string, cache: string, installed: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(join(cache, `${name}-`));
  for (const file of ["package.json", "package-lock.json"]) {
    await copyFile(join(containers, name, file), join(aside, file));
  }
  await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: aside });
  try {
    await rename(aside, installed);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(join(installed, "node_modules", ".bin", name))) throw error;
  }
}

/** A PATH with the pinned CLI, the Node that runs the tests, and what the system has. */
export async function pathWith(name: "claude" | "codex"): Promise<string> {
  return [await cliDirectory(name), dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":");
}
